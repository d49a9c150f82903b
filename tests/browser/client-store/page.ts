import * as browser from "@coatcheck/browser";
import * as encrypted from "@coatcheck/browser/encrypted";
import { z } from "zod";

const page = { ...browser, ...encrypted, z };

declare global {
  /** What the pages of these tests have. */
  var coatcheck: typeof page;
}

globalThis.coatcheck = page;
