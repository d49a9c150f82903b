import type { StandardIssue } from "./store/schema.ts";

/** Every reason for which a client store rejects or throws. The set is closed: `switch (error.code)` narrows. */
export type ClientStoreErrorCode =
  /** An option is wrong. Thrown by `clientStore`. */
  | "config"
  /** The value does not fit; what was there before still is. */
  | "quota"
  /** The value would not come back as it is: a Date, a Map, a cycle. */
  | "unserialisable"
  /** The value does not satisfy the schema. */
  | "invalid"
  /** A newer version of the page wrote this entry; this one would destroy it. Reload the page, or `delete` the entry. */
  | "newer-version"
  /** The browser failed to read or to write. */
  | "storage"
  /** The store was closed. */
  | "closed";

/** What an error knows beyond its message. */
export interface ErrorDetails {
  option?: string;
  path?: string;
  issues?: readonly StandardIssue[];
  needed?: number;
  used?: number | undefined;
  available?: number | undefined;
  cause?: unknown;
}

/** The one class of this package's errors. No message holds a value. */
export class ClientStoreError extends Error {
  declare readonly code: ClientStoreErrorCode;
  /** `config`: path of the option, as in `ttl.idle`. */
  declare readonly option?: string;
  /** `unserialisable`: where the value is, as in `cart[0].addedAt`. */
  declare readonly path?: string;
  /** `invalid`: what the schema said. */
  declare readonly issues?: readonly StandardIssue[];
  /** `quota`: bytes of the entry that did not fit, two for each character, as browsers count Web Storage. */
  declare readonly needed?: number;
  /** `quota`: bytes that the origin's storage of that kind holds already; for IndexedDB what the browser tells. */
  declare readonly used?: number | undefined;
  /** `quota`: bytes that were free, where the browser tells: never for Web Storage, and not by Chromium, which claims 10 GiB. */
  declare readonly available?: number | undefined;

  constructor(code: ClientStoreErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    Object.assign(this, details, { name: "ClientStoreError", code });
  }
}
