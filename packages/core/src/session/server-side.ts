import { chain, type MaybePromise } from "../promise.ts";
import { hashSecret, type Identity, parseToken } from "../token/token.ts";
import { saveUnit } from "./commit.ts";
import type { Core } from "./core.ts";
import { isExpired } from "./lifetime.ts";
import { tellEnded } from "./limit.ts";
import { openRecord } from "./record.ts";
import { reject } from "./refuse.ts";
import { isAuthorised, matchSecret } from "./secrets.ts";
import type { Finding, Strategy } from "./strategy.ts";
import { listSessions, revokeSession, revokeUser } from "./users.ts";

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

/** Sessions in a store: the client has a handle to them, and a secret. */
export const serverSide: Strategy<Identity> = {
  carried: false,
  parse: parseToken,
  judge,
  save: saveUnit,
  list: listSessions,
  revoke: revokeSession,
  revokeUser,
};
