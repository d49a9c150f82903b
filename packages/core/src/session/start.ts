import { SessionConflictError } from "../errors.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import { matchOf } from "./assess.ts";
import { type Batch, countTry } from "./batch.ts";
import { replay } from "./changes.ts";
import { composeMarker, composeStart, type Draft } from "./compose.ts";
import { latest, read } from "./current.ts";
import { type CookieChange, requireWelcome } from "./delivery.ts";
import { heedLimit } from "./limit.ts";
import type { LoadedRecord } from "./record.ts";
import { isAuthorised } from "./secrets.ts";
import { tellEnded } from "./tell.ts";
import { inTurn } from "./turns.ts";
import { check, written } from "./written.ts";

/** Writes a new session, in place of `replaced` if there is one. */
export function start(
  batch: Batch,
  replaced: LoadedRecord | undefined,
): MaybePromise<CookieChange> {
  const { core, loaded, intent } = batch;
  requireWelcome(batch);
  // Of a session that ended, or was another user's, only what came after the login goes along.
  const text =
    loaded && !intent.regenerate
      ? JSON.stringify(replay({}, batch.changes, (_, late) => late))
      : batch.snapshot;
  // A user who logs in again in place of a session gives up that one for it, and no other at the limit. Otherwise the new one is
  // there first: what fails in between then costs nobody their session.
  const makesRoom = replaced && replaced.record.userId === intent.login?.userId;
  const marked = () => replaced && leaveMarker(batch, replaced);
  return chain<unknown, CookieChange>(check(batch, text), () =>
    chain<unknown, CookieChange>(makesRoom && marked(), () =>
      chain(create(batch, text), (draft) => {
        const { id, userId } = draft.next.record;
        const replaced =
          makesRoom ||
          // The response to a failure tells the client nothing of the new session, so that is taken back.
          attempt(marked, (error) =>
            chain(core.store.destroy(id), () => {
              throw error;
            }),
          );
        return chain<unknown, CookieChange>(replaced, () => {
          core.events.emit("created", { id, userId: userId ?? undefined });
          return written(batch, draft, text);
        });
      }),
    ),
  );
}

function create(batch: Batch, data: string): MaybePromise<Draft> {
  const { core, intent } = batch;
  const draft = composeStart(batch, data);
  const answer = core.store.create(draft.next.record, intent.login && core.limit);
  return chain(answer, (outcome) => {
    if (outcome === "exists") {
      countTry(batch);
      const { id } = draft.next.record;
      // It may be this very session, sent before with its reply lost. Nobody has its token yet, and it must not keep its user's place.
      const own = (there?: LoadedRecord) => there?.state.hash === draft.next.state.hash;
      return chain(read(batch, id), (there) =>
        chain(own(there) ? core.store.destroy(id) : batch.prospect.renew(), () =>
          create(batch, data),
        ),
      );
    }
    heedLimit(core, outcome);
    return draft;
  });
}

/** Ends a session that another one replaced, whatever is being written to it at the same time. */
function leaveMarker(batch: Batch, replaced: LoadedRecord): MaybePromise<void> {
  const { core, presented } = batch;
  const { id, version } = replaced.record;
  const now = core.clock();
  // By now a login may have taken the session over, from which this request's token has nothing to say any more.
  if (!isAuthorised(matchOf(presented, replaced, now))) {
    // A session that is handed off, perhaps by whoever planted the link, has nothing to say over that login.
    if (batch.intent.endsAt) throw new SessionConflictError(batch.tries);
    return;
  }
  const marker = composeMarker(replaced, now, core.timeouts.rotationGrace);
  const marked = chain(core.remembering?.forget(id), () => core.store.update(marker, version));
  return chain(marked, (outcome) => {
    if (outcome === "stale") {
      countTry(batch);
      return inTurn(batch, id, (known) =>
        chain(latest(batch, id, known), (newer) => newer && leaveMarker(batch, newer)),
      );
    }
    if (outcome !== "gone") tellEnded(core, [id], "regenerated");
  });
}
