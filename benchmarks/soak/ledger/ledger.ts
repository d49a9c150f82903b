import type { Operation, Reply, ServerSettings } from "../server/message.ts";
import { type Account, idOf, mayBe, newAccount, ownOf } from "./account.ts";
import { Archive } from "./archive.ts";
import { newChecks } from "./check.ts";
import { LATE_MS, Users } from "./users.ts";
import { numberIn } from "./value.ts";

/** A request on its way. */
export interface Ticket {
  readonly seq: number;
  readonly time: number;
  readonly operation: Operation;
  readonly cookie: string | undefined;
  /** Of the session that the cookie is for. */
  readonly account: Account | undefined;
  /** What its counter had reached for sure. */
  readonly floor: number;
}

/** How clocks of processes and timers may differ from what is reckoned here. */
export const SLACK_MS = 100;

/** Keeps account of every request, and judges on the spot what need not wait for the end. */
export class Ledger {
  readonly checks = newChecks();
  readonly archive = new Archive();
  readonly users = new Users();
  readonly settings: ServerSettings;
  readonly dataBytes: number;
  #seq = 0;

  constructor(settings: ServerSettings, dataBytes: number) {
    this.settings = settings;
    this.dataBytes = dataBytes;
  }

  account(id: string): Account {
    let account = this.archive.accounts.get(id);
    if (account === undefined) {
      account = newAccount(id);
      this.archive.accounts.set(id, account);
    }
    return account;
  }

  send(operation: Operation, cookie: string | undefined): Ticket {
    const account = cookie === undefined ? undefined : this.account(idOf(cookie));
    if (account && operation.kind === "update") account.updating += 1;
    // From now on this cookie may be worthless, and all that come from the same login.
    if (account && operation.kind === "login") account.replaced.add(this.#origin(account, cookie));
    const floor = account?.acknowledged ?? 0;
    return { seq: this.#seq++, time: Date.now(), operation, cookie, account, floor };
  }

  receive(ticket: Ticket, reply: Reply): void {
    const { operation, account } = ticket;
    const seq = this.#seq++;
    const now = Date.now();
    for (const [id, reason] of reply.ended) this.#end(ticket, seq, id, reason);
    if (account && operation.kind === "update") account.updating -= 1;
    if (account) this.#met(ticket, seq, reply, account, now);
    if (reply.created !== undefined) {
      const created = this.account(reply.created);
      created.sureUntil = ticket.time + this.settings.idle - SLACK_MS;
      created.maybeUntil = Math.max(created.maybeUntil, now + this.settings.idle);
    }
    if (reply.cookie) this.#issued(ticket, reply, reply.cookie);
    if (reply.error === undefined) this.#acknowledged(ticket, reply, now);
    else if (reply.error.unknown) this.#unknown(ticket, reply, now);
  }

  #origin(account: Account, token: string | undefined): number {
    return (token === undefined ? undefined : account.tokens.get(token)) ?? -1;
  }

  #end({ seq: sent }: Ticket, received: number, id: string, reason: string): void {
    const account = this.account(id);
    if (account.end) {
      // Of a session that was replaced a marker is left, which can be destroyed too.
      const again = account.end.received < sent && account.end.reason !== "regenerated";
      if (again) {
        this.checks.revived.fail(
          `session ${id}: expected gone (${account.end.reason}), found it ended again (${reason})`,
        );
      }
      return;
    }
    account.end = { reason, sent, received };
    this.archive.retire(account, Date.now());
    const { suspect } = account;
    // Whoever was not let in before this request had even begun was put out by something else.
    if (suspect && sent > suspect.seq) this.checks.kept.fail(`${suspect.text}, and ended later`);
    account.suspect = undefined;
  }

  /** A request came with the cookie of this session. */
  #met(ticket: Ticket, seq: number, reply: Reply, account: Account, now: number): void {
    const { kept, revived, reuse } = this.checks;
    const { idle, touchEvery } = this.settings;
    const { id, end } = account;
    const late = reply.error ? LATE_MS : 0;
    account.maybeUntil = Math.max(account.maybeUntil, now + idle + late);
    if (reply.rotated) reuse.covered += 1;
    if (reply.reused > 0) reuse.fail(`session ${id}: expected no reuse, found it detected`);
    if (reply.opened !== undefined) {
      const after = end !== undefined && end.received < ticket.seq;
      revived.that(reply.opened === id && !after, () =>
        after
          ? `session ${id}: expected gone (${end.reason}), found open to a later request`
          : `cookie of ${id}: found session ${reply.opened}`,
      );
      kept.covered += 1;
      if (reply.error || reply.lost) return;
      const sure = ticket.time + idle - touchEvery - SLACK_MS;
      account.sureUntil = Math.max(account.sureUntil, sure);
    } else if (reply.rejected !== undefined) {
      kept.covered += 1;
      if (end || account.suspect || ticket.time > account.sureUntil) return;
      if (account.replaced.has(this.#origin(account, ticket.cookie))) return;
      const text = `session ${id} of ${account.user ?? "nobody"}: expected open, found its cookie ${reply.rejected}`;
      account.suspect = { seq, text };
    }
  }

  #issued({ seq, operation, account, cookie }: Ticket, reply: Reply, token: string): void {
    const issuer = this.account(idOf(token));
    const anew = operation.kind === "login" || reply.created !== undefined;
    const origin = anew || issuer !== account ? seq : this.#origin(issuer, cookie);
    issuer.tokens.set(token, origin);
    // The first and the latest are the ones that could matter.
    if (issuer.tokens.size > 32) {
      const second = [...issuer.tokens.keys()][1];
      if (second !== undefined && second !== cookie) issuer.tokens.delete(second);
    }
  }

  #acknowledged(ticket: Ticket, reply: Reply, now: number): void {
    const { operation, account, floor } = ticket;
    const target = reply.created ?? reply.opened;
    if (reply.listed && operation.kind === "list") {
      this.#listed(ticket, operation.user, reply.listed);
    }
    if (target === undefined || reply.lost) return;
    const written = this.account(target);
    switch (operation.kind) {
      case "update":
        written.acknowledged += 1;
        break;
      case "set": {
        const own = ownOf(written, operation.key);
        own.value = numberIn(operation.value, this.dataBytes);
        own.unknown = [];
        break;
      }
      case "login": {
        written.user = operation.user;
        const { doubtUntil } = this.users.get(operation.user);
        if (now < doubtUntil) written.doubt ??= "a revokeUser of unknown outcome";
        break;
      }
      case "read":
        if (account) this.#read(account, operation.key, floor, reply);
    }
  }

  #listed({ seq }: Ticket, user: string, ids: readonly string[]): void {
    const { perUser } = this.settings;
    this.checks.limit.that(
      ids.length <= perUser,
      () => `user ${user}: expected at most ${perUser}, found ${ids.length} sessions`,
    );
    for (const id of ids) {
      const end = this.archive.accounts.get(id)?.end;
      this.checks.revived.that(
        end === undefined || end.received > seq,
        () => `session ${id}: expected gone (${end?.reason}), found in a later list of ${user}`,
      );
    }
  }

  /** Between what was acknowledged before the read and what may have happened by its end. */
  #read(account: Account, key: `own${number}`, floor: number, reply: Reply): void {
    const { id, acknowledged, unknown, updating } = account;
    const found = reply.count ?? 0;
    const most = acknowledged + unknown + updating;
    this.checks.fresh.that(
      found >= floor && found <= most,
      () => `session ${id}: expected a counter from ${floor} to ${most}, found ${found}`,
    );
    const own = account.own.get(key) ?? { value: undefined, unknown: [] };
    const n = numberIn(reply.own, this.dataBytes);
    this.checks.fresh.that(
      mayBe(own, n),
      () => `session ${id}, ${key}: expected value ${own.value}, found ${n}`,
    );
  }

  /** It may have been carried out, or may be still. */
  #unknown({ operation, account }: Ticket, reply: Reply, now: number): void {
    const intended = reply.intended ? this.account(reply.intended) : undefined;
    const target = intended ?? account;
    if (intended && intended !== account && !intended.end && reply.created === undefined) {
      intended.doubt ??= "its creation's outcome is unknown";
      intended.maybeUntil = Math.max(intended.maybeUntil, now + this.settings.idle + LATE_MS);
    }
    switch (operation.kind) {
      case "update":
        if (target) target.unknown += 1;
        break;
      case "set": {
        const n = numberIn(operation.value, this.dataBytes);
        if (target && n !== undefined) ownOf(target, operation.key).unknown.push(n);
        break;
      }
      case "login":
        this.users.get(operation.user).unknownLogins += 1;
        for (const it of [target, account]) if (it) it.doubt ??= "a login of unknown outcome";
        break;
      case "logout":
        if (account) account.doubt ??= "a logout of unknown outcome";
        break;
      case "revoke":
        this.account(operation.id).doubt ??= "a revoke of unknown outcome";
        break;
      case "revokeUser":
        this.users.get(operation.user).doubtUntil = now + LATE_MS;
        for (const it of this.archive.accounts.values()) {
          if (it.user === operation.user && !it.end) it.doubt ??= "a revokeUser of unknown outcome";
        }
    }
  }
}
