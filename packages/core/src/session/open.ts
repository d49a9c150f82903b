import { SessionStoreError } from "../errors.ts";
import { all, chain, isPromise, type MaybePromise } from "../promise.ts";
import { isForeign } from "../request/origin.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { Transport } from "../transport/transport.ts";
import type { Core } from "./core.ts";
import { type LoadedRecord, parseData } from "./record.ts";
import { refuse, reject } from "./refuse.ts";
import { initialValues, loadValues } from "./schema.ts";
import type { SecretMatch } from "./secrets.ts";
import type { Finding } from "./strategy.ts";
import { type Found, NOTHING, type ResponseChannel, SessionUnit, type Visit } from "./unit.ts";

/** A token, and the way by which it came. */
interface Credential {
  readonly transport: Transport;
  /** `undefined`: nothing that this manager can have issued. */
  readonly token: unknown;
}

/** What is worth knowing of a request with several tokens, the newest of one session's first. */
const RANKS: readonly SecretMatch[] = ["pending", "current", "grace", "superseded"];

/** Turns a request into a unit of work. At most one store read, and none for a request without a well-formed token. */
export function openUnit(
  core: Core,
  request: SessionRequest,
  facts: RequestFacts | undefined,
  channel: ResponseChannel | undefined,
): MaybePromise<SessionUnit> {
  const brought = broughtBy(core, request);
  const foreign = isForeign(request, facts, core.trusted);
  if (foreign && brought.some(isAmbient)) refuse(core, request);
  const visit: Visit = { core, request, facts, channel, claimed: brought[0]?.transport, foreign };
  if (brought.length === 0 && !core.remembering) return begin(visit, NOTHING);
  try {
    const found = find(core, brought);
    const unit = isPromise(found) ? found.then((it) => goOn(visit, it)) : goOn(visit, found);
    return isPromise(unit) ? unit.catch((error) => serve(visit, error)) : unit;
  } catch (error) {
    return serve(visit, error);
  }
}

/** As nobody's, where the options say so. */
function serve(visit: Visit, error: unknown): MaybePromise<SessionUnit> {
  const { core } = visit;
  if (core.onStoreError !== "anonymous" || !(error instanceof SessionStoreError)) throw error;
  core.events.emit("served-anonymously", { error });
  return begin(visit, { degraded: error });
}

const NONE: readonly Credential[] = [];

/** All that the request brings, in its order. */
function broughtBy(core: Core, request: SessionRequest): readonly Credential[] {
  let brought = NONE as Credential[];
  for (const transport of core.transports) {
    for (const text of transport.read(core, request)) {
      const token = core.strategy.parse(text);
      if (!token) reject(core, undefined, "malformed");
      if (brought === NONE) brought = [];
      brought.push({ transport, token });
    }
  }
  return brought;
}

function isAmbient({ transport, token }: Credential): boolean {
  return token !== undefined && transport.ambient;
}

function goOn(visit: Visit, found: Found): MaybePromise<SessionUnit> {
  const { core, request, facts, channel, foreign } = visit;
  // Not for a stray request, whose client has a newer session; nor where nothing could be told to it.
  const lost = !found.loaded && !found.match && !foreign && !channel?.headersLeft;
  if (!lost || !core.remembering) return begin(visit, found);
  return chain(core.remembering.resume(request, facts), (resumed) =>
    begin(visit, resumed ?? found),
  );
}

function begin(visit: Visit, found: Found): MaybePromise<SessionUnit> {
  const { core } = visit;
  if (!core.schema) return new SessionUnit(visit, found, found.loaded?.record.data);
  return chain(shapedData(core, found.loaded), (data) => new SessionUnit(visit, found, data));
}

/** What the tokens of a request are worth together. */
function find(core: Core, brought: readonly Credential[]): MaybePromise<Found> {
  const [only, another] = brought;
  if (only && !another) return only.token === undefined ? NOTHING : findOne(core, only);
  return findAmong(
    core,
    brought.filter(({ token }) => token !== undefined),
  );
}

function findOne(core: Core, { token }: Credential): MaybePromise<Found> {
  const finding = core.strategy.judge(core, token as never);
  return isPromise(finding) ? finding.then(worth) : worth(finding);
}

/** Of a request's only token. */
function worth(finding: Finding): MaybePromise<Found> {
  const { match, reuse } = finding;
  if (reuse) return chain(reuse.condemn(), () => NOTHING);
  return match && match !== "unknown" ? finding : NOTHING;
}

/**
 * A subdomain can plant a second cookie of the same name (cookie tossing), before or after the real one, and a header can contradict a cookie.
 * Exactly one token that is good is used; two good ones are nobody's.
 */
function findAmong(core: Core, credentials: readonly Credential[]): MaybePromise<Found> {
  const findings = credentials.map((it) =>
    chain(core.strategy.judge(core, it.token as never), (finding) => ({
      ...finding,
      transport: it.transport,
    })),
  );
  return chain(all(findings), (list) => {
    const ids = new Set(list.flatMap(({ loaded }) => loaded?.record.id ?? []));
    if (ids.size > 1) {
      for (const id of ids) reject(core, id, "ambiguous");
      return {};
    }
    // Of one session, as after a change of the cookie's Path or Domain: the newest of its tokens.
    const newestFirst = [...list].sort((a, b) => seenAt(b) - seenAt(a));
    const ranked = RANKS.map((match) => newestFirst.find((finding) => finding.match === match));
    const found = ranked.find((finding) => finding) ?? NOTHING;
    const reuses = list.flatMap(({ reuse }) =>
      reuse && reuse.id !== found.loaded?.record.id ? reuse.condemn() : [],
    );
    return chain(all(reuses), () => found);
  });
}

function seenAt({ loaded }: Finding): number {
  return loaded?.record.lastSeenAt ?? 0;
}

/** The data as text, in the shape that today's schema asks for. */
function shapedData(core: Core, loaded: LoadedRecord | undefined): MaybePromise<string> {
  const values = loaded
    ? loadValues(core, loaded.record.id, parseData(loaded.record.data))
    : initialValues(core);
  return chain(values, (data) => JSON.stringify(data));
}
