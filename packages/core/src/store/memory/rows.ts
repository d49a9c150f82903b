import type { SessionId } from "../../token/token.ts";
import type { SessionRecord, SessionTimes } from "../contract.ts";
import {
  AUTHENTICATED,
  CREATED,
  EXPIRES,
  ID,
  LENGTHS,
  Pages,
  type Row,
  SEEN,
  STATE,
  USER,
  VERSION,
} from "./pages.ts";
import { lengthened, shortened } from "./state.ts";

/** What a row is found by. */
export type Key = typeof ID | typeof USER;

/** Records as rows. As an object with five texts and four boxed times each would weigh nearly twice as much. */
export class Rows extends Pages {
  /** `keepsState`: it is the one that is there. */
  write(row: Row, record: SessionRecord, keepsState = false): void {
    const { id, userId, state } = record;
    const user = userId ?? "";
    const short = keepsState ? this.#shortState(row) : shortened(state);
    // Joined, so that the text is in one piece of its own, and keeps nothing alive that it was made of.
    this.setText(row, [id, user, short, record.data].join(""));
    this.setNumber(row, VERSION, record.version);
    this.setNumber(row, LENGTHS, (id.length << 16) | user.length);
    this.setNumber(row, STATE, short.length * 2 + Number(short !== state));
    this.setTime(row, CREATED, record.createdAt);
    this.setTime(row, AUTHENTICATED, record.authenticatedAt ?? NaN);
    this.setTime(row, SEEN, record.lastSeenAt);
    this.setTime(row, EXPIRES, record.expiresAt);
  }

  touch(row: Row, { lastSeenAt, expiresAt }: SessionTimes): void {
    this.setTime(row, SEEN, Math.max(this.time(row, SEEN), lastSeenAt));
    this.setTime(row, EXPIRES, Math.max(this.time(row, EXPIRES), expiresAt));
  }

  read(row: Row): SessionRecord {
    const text = this.text(row);
    const state = this.number(row, STATE);
    const short = this.#shortState(row);
    const authenticatedAt = this.time(row, AUTHENTICATED);
    return {
      id: this.id(row),
      version: this.number(row, VERSION),
      userId: copied(text, this.start(row, USER), this.end(row, USER)) || null,
      createdAt: this.time(row, CREATED),
      authenticatedAt: Number.isNaN(authenticatedAt) ? null : authenticatedAt,
      lastSeenAt: this.time(row, SEEN),
      expiresAt: this.time(row, EXPIRES),
      state: state & 1 ? lengthened(short) : short,
      data: text.slice(this.end(row, USER) + short.length),
    };
  }

  #shortState(row: Row): string {
    const start = this.end(row, USER);
    return this.text(row).slice(start, start + (this.number(row, STATE) >>> 1));
  }

  id(row: Row): SessionId {
    return copied(this.text(row), 0, this.end(row, ID)) as SessionId;
  }

  /** Whether its id or its user is this one. */
  is(row: Row, key: Key, value: string): boolean {
    const start = this.start(row, key);
    return this.end(row, key) - start === value.length && this.text(row).startsWith(value, start);
  }

  /** Where in the text it begins. */
  start(row: Row, key: Key): number {
    return key === ID ? 0 : this.end(row, ID);
  }

  end(row: Row, key: Key): number {
    const lengths = this.number(row, LENGTHS);
    return (lengths >>> 16) + (key === ID ? 0 : lengths & 0xffff);
  }
}

/** V8 copies up to 12 characters. More are a slice, which keeps the whole text alive, data and all, as long as somebody has the id. */
function copied(text: string, start: number, end: number): string {
  const middle = start + 12;
  if (end <= middle) return text.slice(start, end);
  if (end <= middle + 12) return text.slice(start, middle) + text.slice(middle, end);
  return [text.slice(start, middle), text.slice(middle, end)].join("");
}
