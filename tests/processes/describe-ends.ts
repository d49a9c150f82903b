import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { faultProxy } from "@coatcheck/testkit";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type DriverName, drivers } from "../services/drivers.ts";
import type { Job } from "./ends.worker.ts";
import { message, start } from "./spawn.ts";

/** What an open connection may take to be closed, in milliseconds. */
const BOUND = 1_000;
const ROUNDS = 5;

/** A server, and what can be seen and done of the connections that hear. */
export interface EndsPlace {
  readonly url: string;
  readonly name: string;
  /** How many hear at the moment. */
  hearing(): Promise<number>;
  /** Breaks them; how many there were. */
  cut(): Promise<number>;
  remove(): Promise<unknown>;
}

interface Login {
  readonly id: string;
  readonly cookie: string;
}

/** Each way in which a session ends: what is asked of the other process. */
const WAYS: Record<string, (there: Server, login: Login, user: string) => Promise<unknown>> = {
  revoke: (there, { id }) => there.post(`/revoke?id=${id}`),
  revokeUser: (there, _, user) => there.post(`/revoke-user?user=${user}`),
  logout: (there, { cookie }) => there.post("/logout", cookie),
  "a login over the limit": async (there, _, user) => {
    await there.login(user);
    await there.login(user);
  },
};

/** What is open for a session in one process closes when it ends in another. */
export function describeEnds(driver: DriverName, openPlace: () => Promise<EndsPlace>): void {
  const { name } = drivers[driver];
  const within = `within ${BOUND} ms of its end in another process`;

  test(`${name}: a WebSocket and a stream of a session close ${within}`, async () => {
    const { here, there } = await twoProcesses(driver, await openPlace());
    const figures = new Map<string, number[]>(Object.keys(WAYS).map((way) => [way, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [way, end] of Object.entries(WAYS)) {
        const user = `${round}-${way.replaceAll(" ", "")}`;
        const login = await there.login(user);
        const open = [await here.socket(login), await here.events(login)];
        const ms = await timeOf(() => end(there, login, user), open);
        figures.get(way)?.push(ms);
      }
    }
    for (const [way, all] of figures) {
      console.log(`${name}, ${way}: ${all.map((ms) => ms.toFixed(0)).join(", ")} ms`);
      expect(Math.max(...all), way).toBeLessThan(BOUND);
    }
  }, 60_000);

  test(`${name}: what ends while a process is cut off is found, and afterwards it is told again`, async () => {
    const place = await openPlace();
    const { here, there, network } = await twoProcesses(driver, place);
    const revoked = async (user: string) => {
      const login = await there.login(user);
      const open = [await here.socket(login)];
      return { revoke: () => there.post(`/revoke?id=${login.id}`), open };
    };
    const [first, second, third] = [
      await revoked("ann"),
      await revoked("bob"),
      await revoked("eve"),
    ];
    await until(place.hearing, 1);

    await network.strike({ kind: "refuse" });
    await until(place.hearing, 0);
    await first.revoke();
    await network.heal();
    await first.open[0]?.closed;

    await until(place.hearing, 1);
    expect(await timeOf(second.revoke, second.open)).toBeLessThan(BOUND);

    // As an administrator does it, or a failover.
    expect(await place.cut()).toBe(1);
    await timeOf(third.revoke, third.open);
  }, 30_000);
}

async function timeOf(end: () => Promise<unknown>, open: readonly Open[]): Promise<number> {
  const began = performance.now();
  const ended = end();
  await Promise.all(open.map(({ closed }) => closed));
  const ms = performance.now() - began;
  await ended;
  return ms;
}

async function until(look: () => Promise<number>, wanted: number): Promise<void> {
  while ((await look()) !== wanted) await delay(10);
}

async function twoProcesses(driver: DriverName, place: EndsPlace) {
  onTestFinished(() => place.remove().then(() => {}));
  const { hostname: host, port } = new URL(place.url);
  const network = await faultProxy({ host, port: Number(port) });
  onTestFinished(() => network.close());
  const job: Job = { driver, url: place.url, place: place.name, hearAt: network.url(place.url) };
  const workers = [1, 2].map(() => start("./ends.worker.ts", JSON.stringify(job)));
  const ports = await Promise.all(workers.map((worker) => message<number>(worker)));
  const [here, there] = ports.map((port) => new Server(port)) as [Server, Server];
  return { here, there, network };
}

/** A connection for a session. In an object, lest its end be waited for with its beginning. */
interface Open {
  readonly closed: Promise<void>;
}

/** A process that serves, as its clients see it. */
class Server {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  post(path: string, cookie = ""): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#port}${path}`, { method: "POST", headers: { cookie } });
  }

  async login(user: string): Promise<Login> {
    const response = await this.post(`/login?user=${user}`);
    const [cookie = ""] = response.headers.getSetCookie()[0]?.split(";") ?? [];
    return { id: await response.text(), cookie };
  }

  async socket({ cookie }: Login): Promise<Open> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/`, { headers: { cookie } });
    onTestFinished(() => socket.terminate());
    await once(socket, "message");
    return { closed: once(socket, "close").then(([code]) => expect(code).toBe(4001)) };
  }

  async events({ cookie }: Login): Promise<Open> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/events`, { headers: { cookie } });
    return { closed: response.text().then((text) => expect(text).toContain("event: over")) };
  }
}
