import type { SessionId, SessionRecord } from "@coatcheck/core";

/**
 * A record as one string, so that reading it is a GET and a small session takes little more memory than its own text:
 *
 * `1` unlisted lastSeenAt expiresAt version ` ` createdAt ` ` authenticatedAt ` ` length of state `\n` userId `\0` state data
 *
 * The first is the format. `unlisted` is `0`, or `1` while its user's index on another node may lack it. The two times that `touch` moves have 16 digits each, so that it can write them in place. Everything a
 * script looks at comes before the state.
 */
export function encode(record: SessionRecord): string {
  const { version, state, data } = record;
  const times = digits(record.lastSeenAt) + digits(record.expiresAt);
  return `${FORMAT}0${times}${middleOf(record, whole(version))}${state}${data}`;
}

/** What stands between the times and the state, or stood there in another version that had the same user and login, and as long a state. */
export function middleOf(record: SessionRecord, version: string): string {
  const { userId, createdAt, authenticatedAt, state } = record;
  const login = authenticatedAt === null ? "" : whole(authenticatedAt);
  return `${version} ${whole(createdAt)} ${login} ${state.length}\n${userId ?? ""}\0`;
}

/** @throws {Error} for a value that this package did not write. */
export function decode(id: SessionId, text: string): SessionRecord {
  const head = HEAD.exec(text);
  if (head === null) throw new Error("a session's key holds something else");
  const [{ length }, lastSeenAt, expiresAt, version, createdAt, login, size, userId] =
    head as unknown as [string, string, string, string, string, string, string, string];
  const state = text.slice(length, length + Number(size));
  return {
    id,
    version: Number(version),
    userId: userId === "" ? null : userId,
    createdAt: Number(createdAt),
    authenticatedAt: login === "" ? null : Number(login),
    lastSeenAt: Number(lastSeenAt),
    expiresAt: Number(expiresAt),
    state,
    data: text.slice(length + state.length),
  };
}

const FORMAT = "1";
const HEAD = /^1[01](\d{16})(\d{16})(\d+) (\d+) (\d*) (\d+)\n([^\0]*)\0/;

/** The beginning of a value, which has all but state and data: a user id has at most 255 characters of 4 bytes. */
export const HEAD_BYTES = 1200;

function digits(time: number): string {
  return whole(time).padStart(16, "0");
}

function whole(value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new RangeError(`a record with ${value} where a whole number belongs`);
}
