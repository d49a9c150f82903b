import type { SessionErrorCode } from "@coatcheck/core";

/** What the sessions of a soak hold: a counter that all tabs share, and a key for each of them. */
export type SoakData = { count: number } & Record<OwnKey, string>;
export type OwnKey = `own${number}`;

/** What one request does. */
export type Operation =
  | { readonly kind: "read"; readonly key: OwnKey }
  | { readonly kind: "set"; readonly key: OwnKey; readonly value: string }
  | { readonly kind: "update" }
  | { readonly kind: "rotate" }
  | { readonly kind: "login"; readonly user: string }
  | { readonly kind: "logout" }
  | { readonly kind: "list"; readonly user: string }
  | { readonly kind: "revoke"; readonly id: string }
  | { readonly kind: "revokeUser"; readonly user: string; readonly except?: string | undefined }
  | { readonly kind: "sweep" };

export type Kind = Operation["kind"];

export interface Ask {
  readonly cookie: string | undefined;
  readonly operation: Operation;
}

/** How a request fared, as far as its server knows. */
export interface Reply {
  /** The session that the cookie opened. */
  opened?: string;
  /** The session that a commit was about to write, known before it was. */
  intended?: string;
  /** A session that began in this request. */
  created?: string;
  /** The commit found that the session had ended, and wrote nothing. */
  lost?: true;
  /** Why the cookie opened nothing. */
  rejected?: string;
  /** The cookie's new value; `""`: it is to be removed. */
  cookie?: string;
  count?: number;
  own?: string;
  listed?: string[];
  /** Sessions that this request ended. */
  readonly ended: [id: string, reason: string][];
  conflicts: number;
  /** A rotated token came back after its grace. */
  reused: number;
  rotated?: true;
  error?: Failure;
  micros: number;
}

export interface Failure {
  readonly code: SessionErrorCode | "process" | "other";
  /** `false`: nothing of the request was written, for sure. */
  readonly unknown: boolean;
  readonly text: string;
}

/** Whatever answers requests: a manager in this process, or one in another. */
export interface Server {
  ask(ask: Ask): Promise<Reply>;
  close(): Promise<unknown>;
}

/** What every process of a run has to know. */
export interface ServerSettings {
  readonly store: string;
  readonly run: string;
  readonly perUser: number;
  readonly idle: number;
  readonly touchEvery: number;
  readonly grace: number;
}
