import { connect } from "node:net";
import type { Place } from "./shop/context.ts";

const GIVE_UP_AFTER_MS = 500;

/**
 * Those of the places whose port somebody serves already. Asked by connecting, on both loopback addresses: a browser that is sent to
 * `localhost` may try either, and binding only fails for the one that is bound.
 */
export async function takenPlaces(places: readonly Place[]): Promise<Place[]> {
  const taken = await Promise.all(places.map(({ port }) => isTaken(port)));
  return places.filter((_, index) => taken[index]);
}

async function isTaken(port: number): Promise<boolean> {
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => responds(host, port)));
  return answers.includes(true);
}

function responds(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: GIVE_UP_AFTER_MS });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
  });
}

/** The first of `count` neighbouring ports that nobody serves. */
export async function freePort(from: number, count: number): Promise<number | undefined> {
  for (let port = from; port + count <= 65_536; port += 1_000) {
    const places = Array.from({ length: count }, (_, index) => ({ name: "", port: port + index }));
    if ((await takenPlaces(places)).length === 0) return port;
  }
  return undefined;
}
