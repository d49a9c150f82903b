import type { Socket } from "node:net";

/** Resolves when the bytes are with the operating system, or never will be: the reader of the other side sets the pace. */
export function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
  });
}

/** Resolves when the connection is gone, in whatever way: `close` follows every error. */
export function closing(socket: Socket): Promise<void> {
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
  });
}

/** Ends a connection by RST, at once. */
export function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // On its own it first lets pending writes finish, which a client that does not read delays for ever, and sends a FIN: a
  // client could take the reset for an orderly end.
  socket.resetAndDestroy();
  socket.destroy();
}
