import { readCookie } from "../cookie/read.ts";
import { SessionStoreError } from "../errors.ts";
import type { EventHub, TokenRejection } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import { isForeign } from "../request/origin.ts";
import { headerOf, type RequestFacts, type SessionRequest } from "../request/request.ts";
import type { StoreCaller } from "../store/caller.ts";
import { hashSecret, type Identity, parseToken, type SessionId } from "../token/token.ts";
import { isExpired } from "./lifetime.ts";
import type { Settings } from "./options.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import { refuse } from "./refuse.ts";
import type { DataSchema } from "./schema.ts";
import { isAuthorised, matchSecret, type SecretMatch } from "./secrets.ts";
import { type Opening, type ResponseChannel, SessionUnit } from "./unit.ts";

/** What a presented token turned out to be: with `loaded` a good one, without anything none. */
type Finding = Pick<Opening, "loaded" | "presented" | "match">;

/** What is worth knowing of a request with several tokens, the newest of one session's first. */
const RANKS: readonly SecretMatch[] = ["pending", "current", "grace", "superseded"];

/** Turns a request into a unit of work: finds the token, reads the session, judges the secret. */
export class Opener {
  readonly #settings: Settings;
  readonly #store: StoreCaller;
  readonly #schema: DataSchema | undefined;
  readonly #events: EventHub;

  constructor(
    settings: Settings,
    store: StoreCaller,
    schema: DataSchema | undefined,
    events: EventHub,
  ) {
    this.#settings = settings;
    this.#store = store;
    this.#schema = schema;
    this.#events = events;
  }

  /** At most one store read, and none for a request without a well-formed token. */
  open(
    request: SessionRequest,
    facts: RequestFacts | undefined,
    channel: ResponseChannel | undefined,
  ): MaybePromise<SessionUnit> {
    const { clock, cookie, random, trusted, onStoreError } = this.#settings;
    const values = readCookie(headerOf(request.headers, "cookie"), cookie.name);
    const tokens = this.#wellFormed(values);
    const foreign = isForeign(request, facts, trusted);
    if (foreign && tokens.length > 0) refuse(request, this.#events);
    // A session that begins within the request: only a schema that answers at once can fill its defaults in there.
    const blank = () => {
      const data = this.#dataOf(undefined);
      return isPromise(data) ? "{}" : data;
    };
    const claimed = values.length > 0;
    const base = { random, clock, request, facts, channel, claimed, foreign, blank };
    const unit = (found: Finding & { readonly degraded?: SessionStoreError }) =>
      chain(this.#dataOf(found.loaded), (data) => new SessionUnit({ ...base, ...found, data }));
    return attempt(
      () => chain(this.#find(tokens), unit),
      (error) => {
        if (onStoreError !== "anonymous" || !(error instanceof SessionStoreError)) throw error;
        this.#events.emit("served-anonymously", { error });
        return unit({ degraded: error });
      },
    );
  }

  #wellFormed(values: readonly string[]): Identity[] {
    return values.flatMap((value) => {
      const token = parseToken(value);
      if (!token) this.#reject(undefined, "malformed");
      return token ?? [];
    });
  }

  /**
   * A subdomain can plant a second cookie of the same name (cookie tossing), before or after the real one. Exactly one that is
   * good is used; two good ones are nobody's.
   */
  #find(tokens: readonly Identity[]): MaybePromise<Finding> {
    const findings = tokens.map((token) => this.#judge(token));
    const all: MaybePromise<Finding[]> = findings.some((it) => isPromise(it))
      ? Promise.all(findings)
      : (findings as Finding[]);
    return chain(all, (list) => {
      const ids = new Set(list.flatMap(({ loaded }) => loaded?.record.id ?? []));
      if (ids.size > 1) {
        for (const id of ids) this.#reject(id, "ambiguous");
        return {};
      }
      // Of one session, as after a change of the cookie's Path or Domain: the newest of its tokens.
      const ranked = RANKS.map((match) => list.find((finding) => finding.match === match));
      return ranked.find((finding) => finding) ?? {};
    });
  }

  #judge({ id, secret }: Identity): MaybePromise<Finding> {
    return chain(this.#store.read(id), (record) => {
      const now = this.#settings.clock();
      const loaded = record && openRecord(record);
      if (loaded === undefined || isExpired(loaded.record, loaded.state, now)) {
        return this.#reject(id, "unknown");
      }
      const hash = hashSecret(secret, this.#settings.cookie.name);
      const match = matchSecret(loaded.state, hash, now);
      if (isAuthorised(match)) return { loaded, presented: { secret, hash }, match };
      if (match === "superseded") return { ...this.#reject(id, match), match };
      if (match !== "reused") return this.#reject(id, "unknown");
      // A rotated token came back after its grace: two parties hold this session, and which is the thief cannot be told. Both
      // are put out (RFC 9700 section 4.14.2 says the same of refresh tokens).
      return chain(this.#store.destroy(id), (existed) => {
        if (existed) {
          this.#events.emit("reuse-detected", { id, userId: loaded.record.userId ?? undefined });
          this.#events.emit("ended", { id, reason: "reused" });
        }
        return {};
      });
    });
  }

  #reject(id: SessionId | undefined, reason: TokenRejection): Finding {
    this.#events.emit("token-rejected", { id, reason });
    return {};
  }

  /** The data as text; with a schema, in today's shape. */
  #dataOf(loaded: LoadedRecord | undefined): MaybePromise<string> {
    if (this.#schema === undefined) return loaded?.record.data ?? "{}";
    const values = loaded
      ? this.#schema.load(loaded.record.id, parseData(loaded.record.data))
      : this.#schema.initial();
    return chain(values, (data) => JSON.stringify(data));
  }
}
