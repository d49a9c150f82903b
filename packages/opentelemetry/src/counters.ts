import type { SessionEventName, SessionEvents } from "@coatcheck/core";
import type { Attributes } from "@opentelemetry/api";

/** How an event is counted. Attributes have few values each: no ids, no texts of a client's choice. */
export interface Counted<Event> {
  readonly description: string;
  readonly attributes?: (event: Event) => Attributes;
}

/** RFC 9110 section 9, RFC 5789. A client may send any other. */
const METHODS = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH)$/;

const loggedIn = ({ userId }: { readonly userId: string | undefined }): Attributes => ({
  logged_in: userId !== undefined,
});
const reason = ({ reason }: { readonly reason: string }): Attributes => ({ reason });

// Complete by its type: an event that is new has to be counted here.
export const COUNTED: { readonly [Name in SessionEventName]: Counted<SessionEvents[Name]> } = {
  created: { description: "Sessions that were stored for the first time", attributes: loggedIn },
  login: { description: "Logins" },
  rotated: { description: "Rotations begun" },
  ended: { description: "Sessions that were ended before their time", attributes: reason },
  "token-rejected": { description: "Tokens treated as absent", attributes: reason },
  "reuse-detected": { description: "Tokens taken for stolen: their sessions were ended" },
  "commit-lost": { description: "Commits that wrote nothing", attributes: reason },
  conflict: { description: "Commits that met a newer version and were replayed" },
  "store-error": {
    description: "Calls of the store that failed or took too long",
    attributes: ({ operation }) => ({ operation }),
  },
  "served-anonymously": { description: "Requests served as nobody since the store had failed" },
  "cross-origin-refused": {
    description: "Requests from other origins that were refused",
    attributes: ({ method }) => ({ method: METHODS.test(method) ? method : "_OTHER" }),
  },
  "data-invalid": {
    description: "Stored data that the schema refused",
    attributes: ({ outcome }) => ({ outcome }),
  },
  "older-key": {
    description: "Sessions under an older key of the ring, made anew",
    attributes: ({ keyId }) => ({ key: keyId }),
  },
  warning: {
    description: "What the configuration gives up on purpose",
    attributes: ({ code }) => ({ code }),
  },
  "handed-off": { description: "Sessions started by a hand-off", attributes: loggedIn },
  "hand-off-refused": {
    description: "Hand-off codes that were not exchanged",
    attributes: reason,
  },
};
