import { type Duration, SessionConfigError, type Sessions } from "@coatcheck/core";
import { requirementOf } from "@coatcheck/core/guards";
import { type FastifyGuard, type FastifyGuardOptions, guardedBy } from "./guards.ts";

/** Who may use a route: `config: { session: { user: true } }`. */
export type SessionRouteConfig =
  /** Who is logged in. */
  | { readonly user: true; readonly freshLogin?: never; readonly elevated?: never }
  /** Who has logged in no longer ago than that. */
  | { readonly freshLogin: Duration; readonly user?: true; readonly elevated?: true }
  /** Who has stepped up, and that holds. */
  | { readonly elevated: true; readonly user?: true; readonly freshLogin?: Duration };

/**
 * The guard that a route's `config.session` asks for, if it does.
 *
 * @throws SessionConfigError for what is none: a route that was to be guarded must not be open
 */
export function guardOfRoute(
  config: unknown,
  sessions: Sessions<object>,
  options: FastifyGuardOptions,
): FastifyGuard | undefined {
  if (config === undefined || typeof config === "boolean") return undefined;
  const { user, freshLogin, elevated, ...others } = Object(config) as Record<string, unknown>;
  const asks = freshLogin !== undefined || elevated === true || user === true;
  const marks = [user, elevated].every((mark) => mark === undefined || mark === true);
  if (!asks || !marks || Object.keys(others).length > 0) {
    throw new SessionConfigError(
      "config.session",
      'config.session must be a boolean, { user: true }, { freshLogin: "10m" }, or { elevated: true }',
    );
  }
  return guardedBy(
    sessions,
    requirementOf({ within: freshLogin as Duration | undefined, elevated: elevated === true }),
    options,
  );
}
