import { connect, type Socket } from "node:net";
import { closing, reset, write } from "./socket.ts";
import type { Weather } from "./weather.ts";

const NOTHING = Buffer.alloc(0);

/** One connection of a client and the one to the server that carries it on, bytes both ways, as the weather allows. */
export class Link {
  /** Resolves when both connections are gone. */
  readonly closed: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #weather: Weather;
  /** What of the present request has not been counted yet. */
  #request: Buffer = NOTHING;
  #isNewRequest = true;
  /** `awaited`: a reply, which is to be lost. `ending`: the server has begun to reply, nothing passes any more. */
  #loss: "none" | "awaited" | "ending" = "none";
  /** Bytes of replies since a `reset` with `after`, and which. */
  #replied: { readonly fault: object; bytes: number } | undefined;

  constructor(client: Socket, target: { host: string; port: number }, weather: Weather) {
    this.#client = client;
    this.#server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#weather = weather;
    this.closed = Promise.all([closing(this.#client), closing(this.#server)]);
    for (const pump of [this.#pumpRequests(), this.#pumpReplies()]) pump.catch(() => this.reset());
  }

  reset(): void {
    reset(this.#client);
    reset(this.#server);
  }

  async #pumpRequests(): Promise<void> {
    for await (const bytes of this.#client.iterator({ destroyOnReturn: false })) {
      await this.#weather.passage("requests");
      // Whoever has lost a reply gets a reset next: nothing more is to reach the server.
      if (this.#loss === "ending") continue;
      this.#judge(bytes);
      await write(this.#server, bytes);
    }
    await this.#weather.passage("requests");
    this.#server.end();
  }

  /** Bytes are kept until they have counted, since a text to match may come in two pieces. */
  #judge(bytes: Buffer): void {
    if (this.#weather.fault?.kind === "lose-reply") {
      this.#request = Buffer.concat([this.#request, bytes]);
      const verdict = this.#weather.judge(this.#request, this.#isNewRequest);
      if (verdict === "lost") this.#loss = "awaited";
      if (verdict !== "other") this.#request = NOTHING;
    }
    this.#isNewRequest = false;
  }

  async #pumpReplies(): Promise<void> {
    for await (const bytes of this.#server.iterator({ destroyOnReturn: false })) {
      this.#request = NOTHING;
      this.#isNewRequest = true;
      await this.#deliver(bytes);
    }
    if (this.#loss !== "none") {
      if (this.#loss === "ending") this.#weather.strike();
      this.reset();
      return;
    }
    await this.#weather.passage("replies");
    this.#client.end();
  }

  async #deliver(bytes: Buffer): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      await this.#weather.passage("replies");
      if (this.#loss !== "none") {
        // These bytes may answer an earlier request, or be only the beginning. A server reads what was sent before the end
        // of the connection, so once it closes its side, it has executed the request.
        this.#loss = "ending";
        this.#server.end();
        return;
      }
      rest = rest.subarray(await this.#deliverPiece(rest));
    }
  }

  /** Delivers as much as goes at once; how many bytes that was. */
  async #deliverPiece(rest: Buffer): Promise<number> {
    const { fault } = this.#weather;
    if (fault?.kind === "drip") {
      await write(this.#client, rest.subarray(0, fault.bytes));
      this.#weather.strike();
      await this.#weather.pause(fault, fault.ms);
      return fault.bytes;
    }
    if (fault?.kind === "reset" && fault.after !== undefined) {
      if (this.#replied?.fault !== fault) this.#replied = { fault, bytes: 0 };
      const left = fault.after - this.#replied.bytes;
      this.#replied.bytes += rest.length;
      if (rest.length >= left) {
        // At once, so that it strikes no other connection.
        this.#weather.clear();
        await write(this.#client, rest.subarray(0, left));
        this.#weather.strike();
        this.reset();
        return rest.length;
      }
    }
    await write(this.#client, rest);
    return rest.length;
  }
}
