import type { PgClient, PgliteClient } from "./client.ts";

/** A connection that a Pool of `pg` lends: what the store uses of it. */
export interface PgPoolClient extends PgClient {
  on(event: "notification", listener: (message: PgNotification) => void): unknown;
  on(event: "error" | "end", listener: () => void): unknown;
  release(destroy: boolean): void;
}

/** What a `pg` connection hears. */
export interface PgNotification {
  readonly channel: string;
  readonly payload?: string | undefined;
}

/** A `Pool` of `pg`, which can lend a connection: what the store uses of it. */
export interface PgPool {
  readonly totalCount: number;
  readonly options: { readonly max?: number | undefined };
  connect(): Promise<PgPoolClient>;
}

/** A PGlite that listens: what the store uses of it. */
export interface PgliteListener extends PgliteClient {
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
}

/** What the store can listen by. */
export type ListenClient = PgPool | PgliteListener;

export type Hear = (payload: string) => void;

export type LetGo = () => unknown;

export function isListenClient(client: unknown): client is ListenClient {
  if (typeof client !== "object" || client === null) return false;
  // A Client of pg has `connect`, too, but nothing that would replace it when its connection is lost.
  const { totalCount, connect, listen } = client as Partial<PgPool & PgliteListener>;
  return (
    (typeof connect === "function" && totalCount !== undefined) || typeof listen === "function"
  );
}

/** Resolves when it stands. `lost` is called once if it does not any more, unless it was let go. */
export async function listenOn(
  client: ListenClient,
  channel: string,
  hear: Hear,
  lost: () => void,
): Promise<LetGo> {
  if ("listen" in client) return client.listen(channel, hear);
  const connection = await client.connect();
  let isHeld = true;
  const letGo = (): boolean => {
    if (!isHeld) return false;
    isHeld = false;
    // Ended, for it would go on listening for whoever gets it next.
    connection.release(true);
    return true;
  };
  const over = () => letGo() && lost();
  connection.on("error", over);
  connection.on("end", over);
  connection.on("notification", (message) => {
    if (message.channel === channel && isHeld) hear(message.payload ?? "");
  });
  try {
    await connection.query({ text: `LISTEN ${channel}` });
  } catch (error) {
    letGo();
    throw error;
  }
  return letGo;
}
