import type { AccessRequest } from "./issuer.ts";

/** Claims that `claims` may not bring: they would say something else than this module does. */
const OWN = ["iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti"];
const DETAILS = ["auth_time", "acr", "amr", "scope", "sid"];
/** RFC 6749 section 3.3: printable ASCII but for `"` and `\`, with spaces between. */
const SCOPE = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;
/** The last moment that a date can be. */
const LATEST = 8.64e15;

/**
 * Throws a `TypeError` for what a token could not say, or would say otherwise: JSON turns `NaN` into `null`, and a Set of roles
 * into an object without any.
 */
export function mustBeSayable(request: AccessRequest): void {
  const { userId, sessionId, authenticatedAt, notAfter, scope, acr, amr, claims } = request;
  if (!isText(userId)) fail("userId", "must be a text that is not empty");
  if (!(sessionId === undefined || isText(sessionId))) fail("sessionId", "must be a session's id");
  if (!(authenticatedAt === undefined || isTime(authenticatedAt))) {
    fail("authenticatedAt", "must be milliseconds since the epoch");
  }
  if (!(notAfter === undefined || isTime(notAfter))) {
    fail("notAfter", "must be milliseconds since the epoch");
  }
  if (!(scope === undefined || (typeof scope === "string" && SCOPE.test(scope)))) {
    fail("scope", 'must be a text like "cart:read cart:write"');
  }
  if (!(acr === undefined || isText(acr))) fail("acr", "must be a text");
  if (!(amr === undefined || (Array.isArray(amr) && amr.every(isText)))) {
    fail("amr", 'must be a list of texts like ["pwd", "otp"]');
  }
  if (claims === undefined) return;
  if (!isPlain(claims)) fail("claims", "must be a plain object");
  const taken = [...OWN, ...DETAILS].find((name) => Object.hasOwn(claims, name));
  if (taken) fail(`claims.${taken}`, "has a meaning of its own");
  mustBeJson(claims, "claims", []);
}

/** Comes back from JSON as it went in. Members that are `undefined` are left out, as everywhere. */
function mustBeJson(value: unknown, path: string, within: readonly unknown[]): void {
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return;
  if (typeof value === "string") {
    if (!value.isWellFormed()) fail(path, "must be JSON: it is a text with half a character");
    return;
  }
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) fail(path, `must be JSON: it is ${kindOf(value)}`);
  if (within.includes(value)) fail(path, "must be JSON: it holds itself");
  if (isList) {
    // By the index, since holes are passed over by all else.
    for (let i = 0; i < value.length; i++)
      mustBeJson(value[i], `${path}[${i}]`, [...within, value]);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) fail(path, "must be JSON: it has a name with half a character");
    if (member !== undefined) mustBeJson(member, `${path}.${name}`, [...within, value]);
  }
}

/** An object that is nothing else, and writes itself as what it holds. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || "toJSON" in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function kindOf(value: unknown): string {
  if (typeof value === "object") return `an instance of ${value?.constructor?.name ?? "a class"}`;
  return typeof value === "number" ? String(value) : `of type ${typeof value}`;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= LATEST;
}

function fail(what: string, rule: string): never {
  throw new TypeError(`issue(): ${what} ${rule}`);
}
