import type { MaybePromise } from "../promise.ts";
import type { Batch } from "./batch.ts";
import type { Draft } from "./compose.ts";
import type { CookieChange } from "./delivery.ts";
import { checkValues } from "./schema.ts";
import { tellIdentity } from "./tell.ts";

/** The schema has to agree to what was changed. */
export function check({ core, changed }: Batch, text: string): MaybePromise<void> {
  if (changed) return checkValues(core, text);
}

/** The unit goes on from what was written, with the data as its handlers may see it. */
export function written(
  { core, unit, copy, intent, loaded }: Batch,
  { next, token, presented }: Draft,
  text: string,
): CookieChange {
  unit.loaded = next;
  unit.claimed = true;
  unit.presented = presented ?? unit.presented;
  copy.committed(text);
  if (intent.login || intent.regenerate) unit.remembers = intent.login?.remember === true;
  tellIdentity(core, next.record, intent, loaded?.state.auth);
  return token;
}
