import { readCookie } from "../cookie/read.ts";
import { SessionStoreError } from "../errors.ts";
import type { TokenRejection } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import { isForeign } from "../request/origin.ts";
import { headerOf, type RequestFacts, type SessionRequest } from "../request/request.ts";

import { hashSecret, type Identity, parseToken, type SessionId } from "../token/token.ts";
import type { Core } from "./core.ts";
import { isExpired } from "./lifetime.ts";
import { tellEnded } from "./limit.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import { refuse } from "./refuse.ts";
import { initialValues, loadValues } from "./schema.ts";
import { isAuthorised, matchSecret, type SecretMatch } from "./secrets.ts";
import { type Opening, type ResponseChannel, SessionUnit } from "./unit.ts";

/** What a presented token turned out to be: with `loaded` a good one, without anything none. */
type Finding = Pick<Opening, "loaded" | "presented" | "match">;

/** What is worth knowing of a request with several tokens, the newest of one session's first. */
const RANKS: readonly SecretMatch[] = ["pending", "current", "grace", "superseded"];

/** Turns a request into a unit of work. At most one store read, and none for a request without a well-formed token. */
export function openUnit(
  core: Core,
  request: SessionRequest,
  facts: RequestFacts | undefined,
  channel: ResponseChannel | undefined,
): MaybePromise<SessionUnit> {
  const values = readCookie(headerOf(request.headers, "cookie"), core.cookie.name);
  const tokens = wellFormed(core, values);
  const foreign = isForeign(request, facts, core.trusted);
  if (foreign && tokens.length > 0) refuse(core, request);
  const base = { core, request, facts, channel, foreign, claimed: values.length > 0 };
  const unit = (found: Finding & { readonly degraded?: SessionStoreError }) =>
    chain(dataOf(core, found.loaded), (data) => new SessionUnit({ ...base, ...found, data }));
  return attempt(
    () => chain(find(core, tokens), unit),
    (error) => {
      if (core.onStoreError !== "anonymous" || !(error instanceof SessionStoreError)) throw error;
      core.events.emit("served-anonymously", { error });
      return unit({ degraded: error });
    },
  );
}

function wellFormed(core: Core, values: readonly string[]): Identity[] {
  return values.flatMap((value) => {
    const token = parseToken(value);
    if (!token) reject(core, undefined, "malformed");
    return token ?? [];
  });
}

/**
 * A subdomain can plant a second cookie of the same name (cookie tossing), before or after the real one. Exactly one that is
 * good is used; two good ones are nobody's.
 */
function find(core: Core, tokens: readonly Identity[]): MaybePromise<Finding> {
  const findings = tokens.map((token) => judge(core, token));
  const all: MaybePromise<Finding[]> = findings.some((it) => isPromise(it))
    ? Promise.all(findings)
    : (findings as Finding[]);
  return chain(all, (list) => {
    const ids = new Set(list.flatMap(({ loaded }) => loaded?.record.id ?? []));
    if (ids.size > 1) {
      for (const id of ids) reject(core, id, "ambiguous");
      return {};
    }
    // Of one session, as after a change of the cookie's Path or Domain: the newest of its tokens.
    const ranked = RANKS.map((match) => list.find((finding) => finding.match === match));
    return ranked.find((finding) => finding) ?? {};
  });
}

/** Reads a token's session and judges the secret. */
function judge(core: Core, { id, secret }: Identity): MaybePromise<Finding> {
  const { clock, cookie, events, store } = core;
  return chain(store.read(id), (record) => {
    const now = clock();
    const loaded = record && openRecord(record);
    if (!loaded || isExpired(loaded.record, loaded.state, now)) return reject(core, id, "unknown");
    const hash = hashSecret(secret, cookie.name);
    const match = matchSecret(loaded.state, hash, now);
    if (isAuthorised(match)) return { loaded, presented: { secret, hash }, match };
    if (match === "superseded") return { ...reject(core, id, match), match };
    if (match !== "reused") return reject(core, id, "unknown");
    // A rotated token came back after its grace: two parties hold this session, and which is the thief cannot be told. Both
    // are put out (RFC 9700 section 4.14.2 says the same of refresh tokens).
    return chain(store.destroy(id), (existed) => {
      if (existed) {
        events.emit("reuse-detected", { id, userId: loaded.record.userId ?? undefined });
        tellEnded(core, [id], "reused");
      }
      return {};
    });
  });
}

function reject({ events }: Core, id: SessionId | undefined, reason: TokenRejection): Finding {
  events.emit("token-rejected", { id, reason });
  return {};
}

/** The data as text; with a schema, in today's shape. */
function dataOf(core: Core, loaded: LoadedRecord | undefined): MaybePromise<string> {
  if (!core.schema) return loaded?.record.data ?? "{}";
  const values = loaded
    ? loadValues(core, loaded.record.id, parseData(loaded.record.data))
    : initialValues(core);
  return chain(values, (data) => JSON.stringify(data));
}
