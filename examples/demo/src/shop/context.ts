import type { Session, Sessions } from "@coatcheck/core";
import type { Accounts } from "../accounts/accounts.ts";
import type { Attempts } from "../accounts/attempts.ts";
import type { Carts } from "../accounts/carts.ts";
import type { Assets } from "../assets.ts";
import type { OpenPages } from "../live/open-pages.ts";
import type { Rows } from "../storage/rows.ts";
import type { ShopStorage, Storages } from "../storage/storages.ts";
import type { Ledger } from "../watch/ledger.ts";
import type { Trace } from "../watch/trace.ts";
import type { ShopData } from "./data.ts";
import type { Guards } from "./guards.ts";
import type { Form, ShopRequest } from "./request.ts";

/** One of the servers, for links and labels. */
export interface Place {
  readonly name: string;
  readonly port: number;
}

/** What a shop knows beside the request: one for each server. */
export interface ShopSetup {
  readonly storages: Storages;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly carts: Carts;
  readonly assets: Assets;
  readonly guards: Guards;
  readonly openPages: OpenPages;
  /** How fresh a login has to be for what is dangerous. */
  readonly freshSeconds: number;
  /** How long before its end a page warns of it, in milliseconds. */
  readonly warnMs: number;
  readonly rows: Rows;
  readonly here: Place;
  readonly everywhere: readonly Place[];
  /** The last requests of each session, on all servers. */
  readonly ledger: Ledger;
  /** Cookies are Secure. */
  readonly secureCookie: boolean;
}

/** All that a page or an action works with. */
export interface ShopContext extends ShopSetup {
  readonly request: ShopRequest;
  readonly form: Form;
  /** Where the visitor's session lives. */
  readonly storage: ShopStorage;
  /** The manager of that storage. */
  readonly sessions: Sessions<ShopData>;
  readonly session: Session<ShopData>;
  /** Path and query of the request. */
  readonly url: URL;
  /** What the session layer does in this request. */
  readonly trace: Trace;
}
