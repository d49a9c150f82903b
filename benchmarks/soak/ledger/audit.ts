import type { SessionRecord, SessionStore, Sessions } from "@coatcheck/core";
import { COOKIE } from "../server/manager.ts";
import type { SoakData } from "../server/message.ts";
import { type Account, idOf, mayBe } from "./account.ts";
import { type Ledger, SLACK_MS } from "./ledger.ts";
import { patiently } from "./patiently.ts";
import { numberIn } from "./value.ts";

/** Compares the ledger with what the store holds, when all requests have been answered. */
export async function audit(
  ledger: Ledger,
  store: SessionStore,
  sessions: Sessions<SoakData>,
  jars: readonly (string | undefined)[],
): Promise<void> {
  const auditor = new Auditor(ledger, store, sessions);
  const accounts = [...ledger.archive.accounts.values()];
  // First what runs out of time.
  for (const jar of jars) if (jar !== undefined) await auditor.jar(jar);
  await auditor.indexes(accounts);
  await inBatches(
    accounts,
    (it) => auditor.alive(it),
    (it) => !it.end,
  );
  await inBatches(
    accounts,
    (it) => auditor.ended(it),
    (it) => it.end !== undefined,
  );
}

async function inBatches(
  accounts: readonly Account[],
  judge: (account: Account) => Promise<void>,
  concerns: (account: Account) => boolean,
): Promise<void> {
  const concerned = accounts.filter(concerns);
  for (let at = 0; at < concerned.length; at += 50) {
    await Promise.all(concerned.slice(at, at + 50).map(judge));
  }
}

class Auditor {
  readonly #ledger: Ledger;
  readonly #store: SessionStore;
  readonly #sessions: Sessions<SoakData>;

  constructor(ledger: Ledger, store: SessionStore, sessions: Sessions<SoakData>) {
    this.#ledger = ledger;
    this.#store = store;
    this.#sessions = sessions;
  }

  async jar(token: string): Promise<void> {
    const account = this.#ledger.account(idOf(token));
    const origin = account.tokens.get(token);
    if (account.end || origin === undefined || account.replaced.has(origin)) return;
    const opened = await this.#open(token);
    if (Date.now() > account.sureUntil) return;
    const { jar } = this.#ledger.checks;
    if (opened === account.id) jar.covered += 1;
    else if (this.#excuse(account)) jar.excuse(account.doubt ?? "");
    else {
      jar.covered += 1;
      jar.fail(
        `a jar with session ${account.id} of ${account.user ?? "nobody"}: expected open, found ${opened ?? "none"}`,
      );
    }
  }

  async indexes(accounts: readonly Account[]): Promise<void> {
    const { index, limit } = this.#ledger.checks;
    const { perUser } = this.#ledger.settings;
    for (const { name, unknownLogins } of this.#ledger.users.byName.values()) {
      const before = Date.now();
      const list = await patiently(() => this.#sessions.list(name));
      const now = Date.now();
      const listed = new Set<string>(list.map(({ id }) => id));
      limit.that(
        listed.size <= perUser,
        () => `user ${name}: expected at most ${perUser}, found ${listed.size} sessions`,
      );
      const mine = accounts.filter((it) => it.user === name && !it.end && it.doubt === undefined);
      const missing = mine.filter((it) => now < it.sureUntil && !listed.has(it.id));
      for (const { id } of missing) {
        const account = this.#ledger.account(id);
        if (this.#excuse(account)) index.excuse(account.doubt ?? "");
        else index.fail(`user ${name}: expected ${id} in the list, found ${listed.size} others`);
      }
      const strangers = list.filter(({ id }) => !this.#mayBeOf(name, id, before));
      index.that(
        strangers.length <= unknownLogins,
        () =>
          `user ${name}: found ${strangers.map(({ id }) => id)} in the list, expected there no more`,
      );
      index.covered += mine.length;
    }
  }

  /** Expected in the store, or expired. */
  async alive(account: Account): Promise<void> {
    const { checks } = this.#ledger;
    const { id, sureUntil, maybeUntil, doubt, suspect } = account;
    const before = Date.now();
    const record = await this.#read(id);
    const now = Date.now();
    if (suspect) {
      if (this.#excuse(account)) checks.kept.excuse(account.doubt ?? "");
      else checks.kept.fail(`${suspect.text}; no request had ended it`);
    }
    if (record) {
      if (before > maybeUntil + SLACK_MS) {
        checks.expired.that(
          false,
          () => `session ${id}: expected expired ${before - maybeUntil} ms before, found alive`,
        );
      }
      // Replaced by a login of unknown outcome: what stands there is a marker.
      if (record.userId === null && record.data === "{}" && doubt !== undefined) return;
      this.#compare(account, record);
    } else if (now > sureUntil) {
      checks.expired.covered += now > maybeUntil ? 1 : 0;
    } else if (suspect) {
      return;
    } else if (this.#excuse(account)) {
      checks.kept.excuse(account.doubt ?? "");
    } else {
      checks.kept.fail(`session ${id} of ${account.user ?? "nobody"}: expected alive, found none`);
    }
  }

  /** What has ended may leave a marker, without data or user; nothing opens it. */
  async ended(account: Account): Promise<void> {
    const { gone } = this.#ledger.checks;
    const { id, end } = account;
    const record = await this.#read(id);
    const isMarker = record?.userId === null && record.data === "{}";
    gone.that(
      record === undefined || isMarker,
      () => `session ${id}: expected gone (${end?.reason}), found version ${record?.version}`,
    );
    for (const token of account.tokens.keys()) {
      const opened = await this.#open(token);
      gone.that(
        opened === undefined,
        () => `session ${id}: expected gone (${end?.reason}), found that a token of it opens it`,
      );
    }
  }

  #compare(account: Account, record: SessionRecord): void {
    const { counter, own: ownCheck, index } = this.#ledger.checks;
    const { id, acknowledged, unknown } = account;
    const data = JSON.parse(record.data) as Record<string, unknown>;
    const count = Number(data.count ?? 0);
    counter.covered += acknowledged;
    if (unknown > 0) counter.excuse("an update of unknown outcome", unknown);
    if (!(count >= acknowledged && count <= acknowledged + unknown)) {
      const expected = unknown > 0 ? `${acknowledged} to ${acknowledged + unknown}` : acknowledged;
      counter.fail(`session ${id}: expected counter ${expected}, found ${count}`);
    }
    for (const [key, own] of account.own) {
      const found = numberIn(data[key] as string | undefined, this.#ledger.dataBytes);
      ownCheck.that(
        mayBe(own, found),
        () => `session ${id}, ${key}: expected value ${own.value}, found ${found}`,
      );
    }
    if (account.doubt !== undefined) return;
    index.that(
      (record.userId ?? undefined) === account.user,
      () => `session ${id}: expected user ${account.user}, found ${record.userId}`,
    );
  }

  /** Whether a request of unknown outcome may have ended it. */
  #excuse(account: Account): boolean {
    if (account.doubt === undefined && this.#ledger.users.excuse(account.user)) {
      account.doubt = "another login of unknown outcome, at the limit";
    }
    return account.doubt !== undefined;
  }

  #mayBeOf(user: string, id: string, now: number): boolean {
    const account = this.#ledger.archive.accounts.get(id);
    if (account === undefined || account.end || now > account.maybeUntil + SLACK_MS) return false;
    return account.user === user || account.doubt !== undefined;
  }

  #read(id: string): Promise<SessionRecord | undefined> {
    return patiently(async () => this.#store.read(id as SessionRecord["id"]));
  }

  async #open(token: string): Promise<string | undefined> {
    const headers = { cookie: `${COOKIE}=${token}` };
    const session = await patiently(async () => this.#sessions.open({ headers }));
    return session.isNew ? undefined : session.id;
  }
}
