import { clientStore } from "@coatcheck/browser";
import * as session from "@coatcheck/browser/session";

const page = { ...session, clientStore };

declare global {
  /** What the pages of these tests have. */
  var client: typeof page;
}

globalThis.client = page;
