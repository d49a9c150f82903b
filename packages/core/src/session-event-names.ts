import type { SessionEventName } from "./events.ts";

// As keys of an object, so that a name that is missing, or none any more, does not compile.
const NAMES: Readonly<Record<SessionEventName, true>> = {
  created: true,
  login: true,
  elevated: true,
  acting: true,
  remembered: true,
  resumed: true,
  rotated: true,
  ended: true,
  "token-rejected": true,
  "reuse-detected": true,
  "commit-lost": true,
  conflict: true,
  "store-error": true,
  "served-anonymously": true,
  "cross-origin-refused": true,
  "data-invalid": true,
  "older-key": true,
  warning: true,
  "handed-off": true,
  "hand-off-refused": true,
};

/** The names of all events of a manager, for whoever listens to every one of them. */
export const sessionEventNames: readonly SessionEventName[] = Object.freeze(
  Object.keys(NAMES) as SessionEventName[],
);
