import * as browser from "@coatcheck/browser";
import * as encrypted from "@coatcheck/browser/encrypted";
import { z } from "zod";
import * as raw from "./raw.ts";

/** How a promise ended: with its value, or with what its error says of itself. */
async function outcome(promise: Promise<unknown>) {
  try {
    return { value: await promise };
  } catch (error) {
    if (!(error instanceof browser.ClientStoreError)) return { thrown: `${error}` };
    const { code, message, path, needed, used, available } = error;
    return { code, message, path, needed, used, available };
  }
}

const page = { ...browser, ...encrypted, ...raw, outcome, z };

declare global {
  /** What the pages of these tests have. */
  var coatcheck: typeof page;
}

globalThis.coatcheck = page;
