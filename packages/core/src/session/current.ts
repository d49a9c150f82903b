import { chain, type MaybePromise } from "../promise.ts";
import type { SessionRecord } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Batch } from "./batch.ts";
import { type LoadedRecord, openRecord } from "./record.ts";
import { tellNext } from "./turns.ts";

/** What the store holds now. */
export function read({ core, unit }: Batch, id: SessionId): MaybePromise<LoadedRecord | undefined> {
  unit.readAt = core.clock();
  return chain(core.store.read(id), (record) => record && openRecord(record));
}

/** The same of the session that the commit goes on with, unless it was told when its turn came. */
export function latest(
  batch: Batch,
  id: SessionId,
  known: SessionRecord | undefined,
): MaybePromise<LoadedRecord | undefined> {
  if (known) return openRecord(known);
  return chain(read(batch, id), (current) => {
    tellNext(batch, current?.record);
    return current;
  });
}
