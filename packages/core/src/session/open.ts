import { readCookie } from "../cookie/read.ts";
import { CrossOriginError, SessionStoreError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import { isForeign } from "../request/origin.ts";
import { headerOf, hostOf, type RequestFacts, type SessionRequest } from "../request/request.ts";
import type { StoreCaller } from "../store/caller.ts";
import { hashSecret, type Identity, parseToken } from "../token/token.ts";
import { isExpired } from "./lifetime.ts";
import type { Settings } from "./options.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import type { DataSchema } from "./schema.ts";
import { isAuthorised, matchSecret, type SecretMatch } from "./secrets.ts";
import { type Presented, type ResponseChannel, SessionUnit } from "./unit.ts";

interface Good {
  readonly kind: "good";
  readonly match: SecretMatch;
  readonly loaded: LoadedRecord;
  readonly presented: Presented;
}

/** What a presented token turned out to be. */
type Finding = Good | { readonly kind: "stray" } | { readonly kind: "none" };

const NONE: Finding = { kind: "none" };

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
    const values = readCookie(headerOf(request.headers, "cookie"), this.#settings.cookie.name);
    const tokens = values.length > 0 ? this.#wellFormed(values) : [];
    const claimed = values.length > 0;
    const foreign = isForeign(
      request.method,
      request.headers,
      () => hostOf(request, facts),
      this.#settings.trusted,
    );
    if (foreign && tokens.length > 0) this.#refuse(request);
    const { random } = this.#settings;
    const base = { random, request, facts, channel, claimed, foreign, blank: () => this.#blank() };
    return attempt(
      () =>
        chain(this.#find(tokens), (finding) => {
          const known = finding.kind === "good" ? finding : undefined;
          const stray = finding.kind === "stray";
          return chain(
            this.#dataOf(known?.loaded),
            (data) =>
              new SessionUnit({
                ...base,
                stray,
                data,
                loaded: known?.loaded,
                presented: known?.presented,
              }),
          );
        }),
      (error) => {
        const tolerated =
          this.#settings.onStoreError === "anonymous" && error instanceof SessionStoreError;
        if (!tolerated) throw error;
        this.#events.emit("served-anonymously", { error });
        return chain(
          this.#dataOf(undefined),
          (data) => new SessionUnit({ ...base, data, degraded: error }),
        );
      },
    );
  }

  #refuse({ method, headers }: SessionRequest): never {
    const origin = headerOf(headers, "origin");
    this.#events.emit("cross-origin-refused", { method: method ?? "", origin });
    throw new CrossOriginError();
  }

  #wellFormed(values: readonly string[]): Identity[] {
    const tokens: Identity[] = [];
    for (const value of values) {
      const token = parseToken(value);
      if (token) tokens.push(token);
      else this.#events.emit("token-rejected", { id: undefined, reason: "malformed" });
    }
    return tokens;
  }

  #find(tokens: readonly Identity[]): MaybePromise<Finding> {
    const [first, ...others] = tokens;
    if (first === undefined) return NONE;
    if (others.length === 0) return this.#judge(first);
    return this.#findOne(tokens);
  }

  /**
   * A subdomain can plant a second cookie of the same name (cookie tossing), before or after the real one. Exactly one that is
   * good is used; two good ones are nobody's.
   */
  #findOne(tokens: readonly Identity[]): MaybePromise<Finding> {
    const findings = tokens.map((token) => this.#judge(token));
    const all: MaybePromise<Finding[]> = findings.some((it) => isPromise(it))
      ? Promise.all(findings)
      : (findings as Finding[]);
    return chain(all, (list) => {
      const good = list.filter((finding) => finding.kind === "good");
      const ids = new Set(good.map(({ loaded }) => loaded.record.id));
      if (ids.size > 1) {
        for (const id of ids) this.#events.emit("token-rejected", { id, reason: "ambiguous" });
        return NONE;
      }
      // Of one session, as after a change of the cookie's Path or Domain: the newest of its tokens.
      const [newest] = good.sort((a, b) => rank(a) - rank(b));
      return newest ?? list.find((finding) => finding.kind === "stray") ?? NONE;
    });
  }

  #judge({ id, secret }: Identity): MaybePromise<Finding> {
    return chain(this.#store.read(id), (record) => {
      const now = this.#settings.clock();
      const loaded = record && openRecord(record);
      if (loaded === undefined || isExpired(loaded.record, loaded.state, now)) {
        this.#events.emit("token-rejected", { id, reason: "unknown" });
        return NONE;
      }
      const hash = hashSecret(secret, this.#settings.cookie.name);
      const match = matchSecret(loaded.state, hash, now);
      if (isAuthorised(match)) {
        return { kind: "good", match, loaded, presented: { secret, hash } } satisfies Finding;
      }
      if (match === "reused") return this.#punish(loaded);
      const reason = match === "superseded" ? "superseded" : "unknown";
      this.#events.emit("token-rejected", { id, reason });
      return match === "superseded" ? ({ kind: "stray" } satisfies Finding) : NONE;
    });
  }

  /**
   * A rotated token came back after its grace: two parties hold this session, and which is the thief cannot be told. Both
   * are put out (RFC 9700 section 4.14.2 says the same of refresh tokens).
   */
  #punish({ record }: LoadedRecord): MaybePromise<Finding> {
    return chain(this.#store.destroy(record.id), (existed) => {
      const { id, userId } = record;
      if (!existed) return NONE;
      this.#events.emit("reuse-detected", { id, userId: userId ?? undefined });
      this.#events.emit("ended", { id, reason: "reused" });
      return NONE;
    });
  }

  /** The data as text; with a schema, in today's shape. */
  #dataOf(loaded: LoadedRecord | undefined): MaybePromise<string> {
    if (this.#schema === undefined) return loaded?.record.data ?? "{}";
    const values = loaded
      ? this.#schema.load(loaded.record.id, parseData(loaded.record.data))
      : this.#schema.initial();
    return chain(values, (data) => JSON.stringify(data));
  }

  /** The data of a session that begins within a request. Only a schema that answers at once can fill its defaults in there. */
  #blank(): string {
    const values = this.#schema?.initial() ?? {};
    return isPromise(values) ? "{}" : JSON.stringify(values);
  }
}

function rank({ match }: Good): number {
  return match === "pending" ? 0 : match === "current" ? 1 : 2;
}
