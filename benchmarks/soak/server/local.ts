import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";
import type { HeaderPair, SessionOf, Sessions } from "@coatcheck/core";
import { failureOf } from "./failure.ts";
import { COOKIE } from "./manager.ts";
import type { Ask, Operation, Reply, Server, SoakData } from "./message.ts";

type SoakSession = SessionOf<Sessions<SoakData>>;

/** Answers requests by a manager in this process, and tells of each what the manager's events told. */
export class LocalServer implements Server {
  readonly #sessions: Sessions<SoakData>;
  readonly #stepwise: boolean;
  // An event is emitted within the request that causes it: so it is known whose it is.
  readonly #current = new AsyncLocalStorage<Reply>();

  /** `stepwise`: the store needs several steps for one method. */
  constructor(sessions: Sessions<SoakData>, stepwise: boolean) {
    this.#sessions = sessions;
    this.#stepwise = stepwise;
    this.#listen();
  }

  async ask({ cookie, operation }: Ask): Promise<Reply> {
    const reply: Reply = { ended: [], conflicts: 0, reused: 0, micros: 0 };
    const began = performance.now();
    try {
      await this.#current.run(reply, () => this.#perform(operation, cookie, reply));
    } catch (error) {
      reply.error = failureOf(error, operation, reply.intended !== undefined, this.#stepwise);
    }
    reply.micros = (performance.now() - began) * 1_000;
    return reply;
  }

  async close(): Promise<void> {}

  async #perform(operation: Operation, cookie: string | undefined, reply: Reply): Promise<void> {
    const sessions = this.#sessions;
    // Otherwise a store that answers at once would keep timers waiting for ever.
    await setImmediate();
    switch (operation.kind) {
      case "list":
        reply.listed = (await sessions.list(operation.user)).map(({ id }) => id);
        break;
      case "revoke":
        await sessions.revoke(operation.id);
        break;
      case "revokeUser": {
        const { user, except } = operation;
        await sessions.revokeUser(user, except === undefined ? {} : { except });
        break;
      }
      case "sweep":
        await sessions.sweep();
        break;
      default:
        await this.#visit(operation, cookie, reply);
    }
  }

  async #visit(operation: Operation, cookie: string | undefined, reply: Reply): Promise<void> {
    const headers = cookie === undefined ? {} : { cookie: `${COOKIE}=${cookie}` };
    const session = await this.#sessions.open({ headers });
    if (!session.isNew) reply.opened = session.id;
    // The handler takes a moment, in which others come in between also where the store answers at once.
    await setImmediate();
    act(session, operation, reply);
    reply.intended = operation.kind === "logout" ? (reply.opened ?? "") : session.id;
    const value = cookieOf(await this.#sessions.commit(session));
    if (value !== undefined) reply.cookie = value;
  }

  #listen(): void {
    const { events } = this.#sessions;
    const during = <Event>(note: (reply: Reply, event: Event) => void) => {
      return (event: Event) => {
        const reply = this.#current.getStore();
        if (reply) note(reply, event);
      };
    };
    events.on(
      "ended",
      during((reply, { id, reason }) => reply.ended.push([id, reason])),
    );
    events.on(
      "created",
      during((reply, { id }) => {
        reply.created = id;
      }),
    );
    events.on(
      "commit-lost",
      during((reply) => {
        reply.lost = true;
      }),
    );
    events.on(
      "conflict",
      during((reply) => {
        reply.conflicts += 1;
      }),
    );
    events.on(
      "reuse-detected",
      during((reply) => {
        reply.reused += 1;
      }),
    );
    events.on(
      "rotated",
      during((reply) => {
        reply.rotated = true;
      }),
    );
    events.on(
      "token-rejected",
      during((reply, { reason }) => {
        reply.rejected = reason;
      }),
    );
  }
}

function act(session: SoakSession, operation: Operation, reply: Reply): void {
  switch (operation.kind) {
    case "read": {
      const [count, own] = [session.get("count"), session.get(operation.key)];
      if (count !== undefined) reply.count = count;
      if (own !== undefined) reply.own = own;
      break;
    }
    case "set":
      session.set(operation.key, operation.value);
      break;
    case "update":
      session.update("count", (count = 0) => count + 1);
      break;
    case "rotate":
      session.rotate();
      break;
    case "login":
      session.login(operation.user);
      break;
    case "logout":
      session.destroy();
      break;
  }
}

function cookieOf(headers: readonly HeaderPair[]): string | undefined {
  const line = headers.find(([name]) => name === "set-cookie")?.[1];
  return line?.slice(COOKIE.length + 1, line.indexOf(";"));
}
