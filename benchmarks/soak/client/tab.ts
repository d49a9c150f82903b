import { setTimeout } from "node:timers/promises";
import type { Ledger } from "../ledger/ledger.ts";
import { textOf } from "../ledger/value.ts";
import { type Dice, diceOf, pick } from "../random.ts";
import type { Tally } from "../report/tally.ts";
import type { Operation, OwnKey, Server } from "../server/message.ts";
import { type Choice, chooser } from "./choice.ts";
import type { Jar } from "./jar.ts";

export interface TabSettings {
  readonly index: number;
  readonly seed: number;
  readonly rotate: number;
  readonly lose: number;
  readonly dataBytes: number;
  /** The browser's owner first. */
  readonly users: readonly string[];
}

/** Whom a tab works with. */
export interface World {
  readonly server: Server;
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly jar: Jar;
  readonly isOver: () => boolean;
}

/** After a failure, so that a store that is away is not asked ten thousand times a second. */
const PAUSE_MS = 25;

/** One client: asks, waits for the answer, asks again. */
export class Tab {
  readonly #settings: TabSettings;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #choose: () => Choice;
  readonly #key: OwnKey;
  #sets = 0;
  /** Sessions that a list has shown, to be revoked one day. */
  #devices: readonly string[] = [];

  constructor(settings: TabSettings, world: World) {
    this.#settings = settings;
    this.#world = world;
    this.#dice = diceOf(settings.seed * 7919 + settings.index);
    this.#choose = chooser(settings.rotate, this.#dice);
    this.#key = `own${settings.index}`;
  }

  async run(): Promise<void> {
    const { jar, isOver } = this.#world;
    while (!isOver()) {
      const choice = this.#choose();
      if (choice === "leave") jar.abandon();
      else if (choice === "replay") await this.#replay();
      else await this.#ask(this.#operation(choice));
    }
  }

  async #ask(operation: Operation): Promise<void> {
    const { server, ledger, tally, jar } = this.#world;
    const moment = jar.leave();
    const { cookie } = moment;
    const ticket = ledger.send(operation, cookie);
    const reply = await server.ask({ cookie, operation });
    ledger.receive(ticket, reply);
    tally.add(operation.kind, reply);
    if (reply.error) {
      await setTimeout(PAUSE_MS);
      return;
    }
    if (reply.listed) this.#devices = reply.listed;
    if (reply.cookie === undefined) return;
    if (this.#dice() * 100 < this.#settings.lose) tally.lostResponses += 1;
    else jar.take(reply.cookie, operation.kind, moment);
  }

  /** What comes back is not the jar's business. */
  async #replay(): Promise<void> {
    const { server, ledger, tally } = this.#world;
    const cookie = ledger.archive.stale(this.#dice());
    if (cookie === undefined) return;
    const operation = { kind: "read", key: this.#key } as const;
    const ticket = ledger.send(operation, cookie);
    const reply = await server.ask({ cookie, operation });
    ledger.receive(ticket, reply);
    tally.add("read", reply);
  }

  #operation(kind: Exclude<Choice, "leave" | "replay">): Operation {
    const { users, dataBytes } = this.#settings;
    const user = users[0] ?? "";
    const { cookie } = this.#world.jar;
    switch (kind) {
      case "read":
        return { kind, key: this.#key };
      case "set":
        this.#sets += 1;
        return { kind, key: this.#key, value: textOf(this.#sets, dataBytes) };
      case "login":
        // Now and then somebody else borrows the browser.
        return { kind, user: this.#dice() < 0.85 ? user : (pick(this.#dice, users) ?? user) };
      case "list":
        return { kind, user };
      case "revoke": {
        const id = pick(this.#dice, this.#devices);
        return id === undefined ? { kind: "list", user } : { kind, id };
      }
      case "revokeUser":
        return { kind, user, except: cookie?.slice(0, cookie.indexOf(".")) };
      default:
        return { kind };
    }
  }
}
