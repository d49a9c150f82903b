import type { RequestFacts, SessionRequest } from "@coatcheck/core";

/** A request as any framework has it. */
export interface AuthRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** What the session plugin has bound, where there is one: Node's own request. */
  readonly request: SessionRequest;
  readonly facts?: RequestFacts | undefined;
  /** The form in the body, at most 16 KiB; `undefined` if it is none. */
  form(): Promise<URLSearchParams | undefined>;
}
