import type { SessionId } from "../../token/token.ts";
import type { SessionRecord, SessionTimes } from "../contract.ts";
import { Lookup } from "./lookup.ts";
import { Owners } from "./owners.ts";
import { AT_HAND, ID, NONE, type Row, USER } from "./pages.ts";
import { Recent } from "./recent.ts";
import { Rows } from "./rows.ts";

/** So many of the records that were read or updated last, and never more than twice as many, are at hand as objects: half a megabyte. */
const RECORDS_AT_HAND = 512;

interface AtHand {
  readonly row: Row;
  readonly record: SessionRecord;
}

/** Records by their id and by whose they are. Knows nothing of time. */
export class Table {
  readonly rows = new Rows();
  readonly owners = new Owners(this.rows);
  readonly #ids = new Lookup(this.rows, ID);
  readonly #atHand = new Recent<AtHand>(RECORDS_AT_HAND);

  find(id: SessionId): Row {
    return this.#atHand.get(id)?.row ?? this.#ids.find(id);
  }

  /** What is at hand of it, which is what is stored. */
  recent(id: SessionId): SessionRecord | undefined {
    return this.#atHand.get(id)?.record;
  }

  read(row: Row): SessionRecord {
    return this.#keepAtHand(row, this.rows.read(row));
  }

  add(record: SessionRecord): void {
    const row = this.rows.take();
    this.rows.write(row, record);
    this.#ids.add(row);
    this.owners.add(row, record);
  }

  /** Nobody's counts as added last. */
  replace(row: Row, record: SessionRecord): void {
    const { id, userId, state } = record;
    const before = this.recent(id);
    const stays = before ? before.userId === userId : this.rows.is(row, USER, userId ?? "");
    const moves = userId === null || !stays;
    if (moves) this.owners.remove(row);
    this.rows.write(row, record, before?.state === state);
    if (moves) this.owners.add(row, record);
    this.#keepAtHand(row, { ...record });
  }

  /** The same. */
  touch(row: Row, times: SessionTimes): void {
    this.rows.touch(row, times);
    this.owners.seen(row);
    this.#letGo(row);
  }

  remove(row: Row): void {
    this.#letGo(row);
    this.#ids.remove(row, NONE);
    this.owners.remove(row);
    this.rows.release(row);
  }

  #keepAtHand(row: Row, record: SessionRecord): SessionRecord {
    const frozen = Object.freeze(record);
    this.#atHand.set(frozen.id, { row, record: frozen });
    this.rows.setNumber(row, AT_HAND, 1);
    return frozen;
  }

  /** The mark spares a sweep the making of each id. */
  #letGo(row: Row): void {
    if (this.rows.number(row, AT_HAND) === 0) return;
    this.rows.setNumber(row, AT_HAND, 0);
    this.#atHand.delete(this.rows.id(row));
  }
}
