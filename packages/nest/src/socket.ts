import type { IncomingMessage } from "node:http";
import {
  type MaybePromise,
  type RequestFacts,
  type Session,
  SessionError,
  type SessionHolder,
  SessionNotLoadedError,
  type SessionRequest,
  type Sessions,
} from "@coatcheck/core";
import { noteManager } from "./managers.ts";

/** A client of `ws`, or of Socket.IO. */
export interface SocketClient {
  /** Of `ws`. */
  close?(code: number, reason: string): unknown;
  /** Of Socket.IO. */
  disconnect?(close: boolean): unknown;
  /** Of Socket.IO: the request that opened the connection. */
  readonly request?: IncomingMessage;
}

/** Policy violation, and internal error (RFC 6455 section 7.4.1). */
const CLOSE_CODES = { refused: 1008, failed: 1011 };

/**
 * Gives a WebSocket client the session of the request that opened its connection. For `handleConnection(client, request)` of a gateway, there before anything is awaited:
 * `SessionGuard`, `@UserId()` and `sessions.of(client)` find it then. With Socket.IO the request is the client's own.
 *
 * A connection whose session cannot be opened, as one that another site's page has made, is closed, and gives `undefined`. Nothing throws. `facts` are for an application behind a proxy
 * that changes the host.
 */
export async function bindSession<Data extends object>(
  sessions: Sessions<Data>,
  client: SocketClient,
  request: IncomingMessage | undefined = client.request,
  facts?: RequestFacts,
): Promise<Session<Data> | undefined> {
  const holder = new SocketHolder(async () => {
    if (request) return sessions.open(asUpgrade(request), facts);
    throw new SessionNotLoadedError(
      "a client of ws does not know its request: bindSession(sessions, client, request)",
    );
  });
  sessions.bind(client, holder);
  noteManager(client, sessions as unknown as Sessions<object>);
  try {
    return await holder.load();
  } catch (error) {
    const refused = error instanceof SessionError && error.status < 500;
    // No reason that would tell of the insides.
    if (client.disconnect) client.disconnect(true);
    else client.close?.(refused ? CLOSE_CODES.refused : CLOSE_CODES.failed, "");
    return undefined;
  }
}

/**
 * However the connection began, it is one on which can be acted: Socket.IO's may begin with a plain GET, which the cross-origin check of
 * requests would let through.
 */
function asUpgrade({ headers, method, url, socket }: IncomingMessage): SessionRequest {
  return { headers: { ...headers, upgrade: "websocket" }, method, url, socket };
}

/** Opens at once and once: later the cookie of that request may be out of date. */
class SocketHolder<Data extends object> implements SessionHolder<Data> {
  readonly #opening: Promise<Session<Data>>;
  #session: Session<Data> | undefined;

  constructor(open: () => Promise<Session<Data>>) {
    this.#opening = open().then((session) => {
      this.#session = session;
      return session;
    });
  }

  get session(): Session<Data> {
    if (this.#session) return this.#session;
    throw new SessionNotLoadedError("await bindSession(…), or sessions.load(client), first");
  }

  load(): MaybePromise<Session<Data>> {
    return this.#opening;
  }
}
