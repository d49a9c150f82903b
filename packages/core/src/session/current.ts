import { chain, type MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import type { Batch } from "./batch.ts";
import { type LoadedRecord, openRecord } from "./record.ts";

/** What the store holds now. */
export function read({ core, unit }: Batch, id: SessionId): MaybePromise<LoadedRecord | undefined> {
  unit.readAt = core.clock();
  return chain(core.store.read(id), (record) => record && openRecord(record));
}
