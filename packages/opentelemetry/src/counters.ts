import type {
  EndReason,
  HandOffRefusal,
  SessionEventName,
  SessionEvents,
  TokenRejection,
} from "@coatcheck/core";
import { operations } from "./outcome.ts";

type Value = string | boolean;

/** How an event is counted. */
export interface Counted<Event> {
  readonly description: string;
  /** By what it is told apart: few values, no ids, no texts of a client's choice. */
  readonly by?: {
    readonly name: string;
    readonly of: (event: Event) => Value;
    /** Those that are there with 0 from the start. */
    readonly values: readonly Value[];
  };
}

/** RFC 9110 section 9, RFC 5789. A client may send any other. */
const METHODS = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH)$/;

/** The texts of a type, all of them. */
function all<Text extends string>(texts: Readonly<Record<Text, true>>): readonly Text[] {
  return Object.keys(texts) as Text[];
}

const loggedIn = {
  name: "logged_in",
  of: ({ userId }: { readonly userId: string | undefined }) => userId !== undefined,
  values: [true, false],
};

function reason<Reason extends string>(reasons: Readonly<Record<Reason, true>>) {
  const of = (event: { readonly reason: Reason }): Value => event.reason;
  return { name: "reason", of, values: all(reasons) };
}

// Complete by its type: an event that is new has to be counted here.
export const COUNTED: { readonly [Name in SessionEventName]: Counted<SessionEvents[Name]> } = {
  created: { description: "Sessions that were stored for the first time", by: loggedIn },
  login: { description: "Logins" },
  elevated: { description: "Step-ups" },
  acting: { description: "Users acted for by somebody else" },
  remembered: { description: "Remember-me tokens that a login has issued" },
  resumed: { description: "Sessions that a remember-me token has opened" },
  rotated: { description: "Rotations begun" },
  ended: {
    description: "Sessions that were ended before their time",
    by: reason<EndReason>({
      destroyed: true,
      regenerated: true,
      revoked: true,
      evicted: true,
      reused: true,
    }),
  },
  "token-rejected": {
    description: "Tokens treated as absent",
    by: reason<TokenRejection>({
      malformed: true,
      unknown: true,
      superseded: true,
      ambiguous: true,
      tampered: true,
      "unknown-key": true,
      expired: true,
      early: true,
      revoked: true,
    }),
  },
  "reuse-detected": { description: "Tokens taken for stolen: their sessions were ended" },
  "commit-lost": {
    description: "Commits that wrote nothing",
    by: reason<SessionEvents["commit-lost"]["reason"]>({ gone: true, superseded: true }),
  },
  conflict: { description: "Commits that met a newer version and were replayed" },
  "store-error": {
    description: "Calls of the store that failed or took too long",
    by: { name: "operation", of: ({ operation }) => operation, values: operations },
  },
  "served-anonymously": { description: "Requests served as nobody since the store had failed" },
  "cross-origin-refused": {
    description: "Requests from other origins that were refused",
    by: {
      name: "method",
      of: ({ method }) => (METHODS.test(method) ? method : "_OTHER"),
      values: ["POST", "PUT", "PATCH", "DELETE"],
    },
  },
  "data-invalid": {
    description: "Stored data that the schema refused",
    by: {
      name: "outcome",
      of: ({ outcome }) => outcome,
      values: all<SessionEvents["data-invalid"]["outcome"]>({
        discarded: true,
        failed: true,
        migrated: true,
      }),
    },
  },
  "older-key": {
    description: "Sessions under an older key of the ring, made anew",
    by: { name: "key", of: ({ keyId }) => keyId, values: [] },
  },
  warning: {
    description: "What the configuration gives up on purpose",
    by: { name: "code", of: ({ code }) => code, values: [] },
  },
  "handed-off": { description: "Sessions started by a hand-off", by: loggedIn },
  "hand-off-refused": {
    description: "Hand-off codes that were not exchanged",
    by: reason<HandOffRefusal>({
      unknown: true,
      elsewhere: true,
      ended: true,
      occupied: true,
      "cross-site": true,
      limit: true,
    }),
  },
};
