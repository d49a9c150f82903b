import type { Authentication } from "../session/authentication.ts";
import { composeNext, composeStart, type Draft, type DraftFacts } from "../session/compose.ts";
import type { Core } from "../session/core.ts";
import type { LoadedRecord } from "../session/record.ts";
import type { SessionRecord } from "../store/contract.ts";
import { type Beginning, mintBeginning } from "../token/token.ts";
import { firstVersion } from "./succession.ts";

/** The next version of a session that lives, for the client that its remember-me token brings back. */
export function draftOn(
  core: Core,
  session: LoadedRecord,
  beginning: Beginning,
  auth: Authentication,
): Draft {
  const facts = { ...factsOf(core, beginning), intent: { auth } };
  const { actingAs } = session.state.auth ?? {};
  if (actingAs === undefined) return composeNext(session, "current", facts, session.record.data);
  // What is of somebody acted for goes, as it does when that stops.
  const { flash: _, ...state } = session.state;
  return composeNext({ ...session, state }, "current", facts, "{}");
}

/** The first version of a session in place of one that is over. */
export function draftAnew(
  core: Core,
  { record, state }: LoadedRecord,
  beginning: Beginning,
  auth: Authentication,
): Draft {
  const facts = factsOf(core, beginning);
  const intent = {
    login: { ...loginOf(record), remember: true as const },
    auth,
    // Not even with a session that it opens at the last moment does the token outlive its lifetime.
    endsAt: Math.min(facts.now + core.timeouts.absolute, state.endsAt),
  };
  const draft = composeStart({ ...facts, intent, device: state.device }, "{}");
  return again(draft, record.createdAt, core);
}

/** A token for a login, in place of any that its session had. */
export function draftToken(
  tokens: Core,
  login: SessionRecord,
  device: DraftFacts["device"],
  before: LoadedRecord | undefined,
): Draft {
  const facts = factsOf(tokens, { ...mintBeginning(tokens.random), id: login.id });
  const known = loginOf(login);
  // Also where nobody has authenticated right now, as with `revokeOthers`.
  const endsAt = Math.min(facts.now, known.authenticatedAt) + tokens.timeouts.absolute;
  const all = { ...facts, intent: { login: known, endsAt }, device };
  return before
    ? composeNext(before, "current", all, "{}")
    : again(composeStart(all, "{}"), login.createdAt, tokens);
}

/** Whether a session is no longer the one that was remembered: a later login, or one that was regenerated. */
export function isOutdated({ record }: LoadedRecord, session: LoadedRecord | undefined): boolean {
  if (!session) return false;
  const { authenticatedAt, userId } = session.record;
  return authenticatedAt !== record.authenticatedAt || userId !== record.userId;
}

function factsOf(core: Core, beginning: Beginning): Omit<DraftFacts, "intent"> {
  return { core, prospect: { beginning }, now: core.clock() };
}

function loginOf({ userId, authenticatedAt, createdAt }: SessionRecord) {
  return { userId: userId ?? "", authenticatedAt: authenticatedAt ?? createdAt };
}

/** A record under an id that was used before. */
function again({ next, ...draft }: Draft, createdAt: number, { random }: Core): Draft {
  const record = { ...next.record, createdAt, version: firstVersion(random) };
  return { ...draft, next: { ...next, record } };
}
