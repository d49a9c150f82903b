import type { SessionId } from "../token/token.ts";
import type { SessionRecord } from "./contract.ts";

/** A record without the one time that `ExpiryQueue` keeps. */
type Kept = Omit<SessionRecord, "expiresAt">;

/**
 * Records taken apart: one array per field, one slot number per session. Such an array holds its numbers unboxed, so
 * that a hundred thousand sessions are a hundred thousand objects less for the garbage collector to visit.
 */
export class RecordColumns {
  readonly #id: SessionId[] = [];
  readonly #version: number[] = [];
  readonly #userId: (string | null)[] = [];
  readonly #createdAt: number[] = [];
  // NaN stands for null: one null would make V8 box every number of the array.
  readonly #authenticatedAt: number[] = [];
  readonly #lastSeenAt: number[] = [];
  readonly #state: string[] = [];
  readonly #data: string[] = [];
  readonly #free: number[] = [];

  /** Keeps a copy of `record`; the slot it is in. */
  add(record: SessionRecord): number {
    const slot = this.#free.pop() ?? this.#id.length;
    this.#id[slot] = record.id;
    this.replace(slot, record);
    return slot;
  }

  replace(slot: number, record: SessionRecord): void {
    this.#version[slot] = record.version;
    this.#userId[slot] = record.userId;
    this.#createdAt[slot] = record.createdAt;
    this.#authenticatedAt[slot] = record.authenticatedAt ?? Number.NaN;
    this.#lastSeenAt[slot] = record.lastSeenAt;
    this.#state[slot] = record.state;
    this.#data[slot] = record.data;
  }

  /** Frees the slot and lets go of its texts. */
  remove(slot: number): void {
    this.#id[slot] = "" as SessionId;
    this.#userId[slot] = null;
    this.#state[slot] = "";
    this.#data[slot] = "";
    this.#free.push(slot);
  }

  record(slot: number): Kept {
    const authenticatedAt = this.authenticatedAt(slot);
    return {
      id: this.id(slot),
      version: this.version(slot),
      userId: this.userId(slot),
      createdAt: this.createdAt(slot),
      authenticatedAt: Number.isNaN(authenticatedAt) ? null : authenticatedAt,
      lastSeenAt: this.lastSeenAt(slot),
      state: this.#state[slot] as string,
      data: this.#data[slot] as string,
    };
  }

  id(slot: number): SessionId {
    return this.#id[slot] as SessionId;
  }

  version(slot: number): number {
    return this.#version[slot] as number;
  }

  userId(slot: number): string | null {
    return this.#userId[slot] as string | null;
  }

  createdAt(slot: number): number {
    return this.#createdAt[slot] as number;
  }

  /** `NaN` for a session in which nobody authenticated. */
  authenticatedAt(slot: number): number {
    return this.#authenticatedAt[slot] as number;
  }

  lastSeenAt(slot: number): number {
    return this.#lastSeenAt[slot] as number;
  }

  setLastSeenAt(slot: number, time: number): void {
    this.#lastSeenAt[slot] = time;
  }
}
