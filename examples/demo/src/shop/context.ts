import type { Session, Sessions } from "@coatcheck/core";
import type { Ledger } from "../watch/ledger.ts";
import type { Trace } from "../watch/trace.ts";
import type { ShopData } from "./data.ts";
import type { Form, ShopRequest } from "./request.ts";

/** One of the servers, for links and labels. */
export interface Place {
  readonly name: string;
  readonly port: number;
}

/** What a shop knows beside the request: one for each server. */
export interface ShopSetup {
  readonly sessions: Sessions<ShopData>;
  readonly here: Place;
  readonly everywhere: readonly Place[];
  /** The last requests of each session, on all servers. */
  readonly ledger: Ledger;
  /** The session cookie is Secure. */
  readonly secureCookie: boolean;
}

/** All that a page or an action works with. */
export interface ShopContext extends ShopSetup {
  readonly request: ShopRequest;
  readonly form: Form;
  readonly session: Session<ShopData>;
  /** Path and query of the request. */
  readonly url: URL;
  /** What the session layer does in this request. */
  readonly trace: Trace;
}
