import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { redirect } from "../http/page.ts";
import type { AuthRequest } from "../http/request.ts";

/** Back from the provider's logout. It changes nothing: that this browser was sent there is checked so that no other site's link looks like a logout. */
export function finishLogout<Data extends object>(
  { settings, logouts }: Context<Data>,
  { request }: AuthRequest,
  params: URLSearchParams,
): Answer {
  const [state, ...others] = params.getAll("state");
  if (!state || others.length > 0) throw new OidcError("state-mismatch");
  const kept = logouts.get(request, state);
  if (!kept.ok) throw new OidcError("state-mismatch", kept.reason);
  return redirect(settings.afterLogout, [logouts.clear(state)]);
}
