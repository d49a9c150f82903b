import type { HeaderPair } from "@coatcheck/core";
import type { Answer } from "../http/answer.ts";
import type { BearerRequest } from "./credentials.ts";
import { holdAccessToken } from "./held.ts";
import type { AccessOptions, ResourceServer } from "./resource-server.ts";
import { scopeOf } from "./scope.ts";

/** Asks about Node's own request: `undefined` lets it pass, with its token held for the handler. An answer stands in place of the handler's. */
export type Admission = (request: BearerRequest & object) => Promise<Answer | undefined>;

/** @throws SessionConfigError for a `scope` that is none, when the route is made. */
export function admission(api: ResourceServer, { scope }: AccessOptions = {}): Admission {
  const asked = { scope: scopeOf(scope) };
  return async (request) => {
    const result = await api.verify(request, asked);
    if (result.ok) {
      holdAccessToken(request, result.token);
      return undefined;
    }
    const { status, challenge } = result;
    const headers: HeaderPair[] = [["cache-control", "no-store"]];
    if (challenge !== undefined) headers.push(["www-authenticate", challenge]);
    // The provider is asked again after five seconds.
    if (status === 503) headers.push(["retry-after", "5"]);
    return { status, headers, body: "" };
  };
}
