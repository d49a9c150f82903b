import { connect } from "node:net";

/**
 * Asks a Redis one thing on a connection of its own: for set-up, where a client's reconnections and discovery would be in the way.
 *
 * @returns the reply, a simple or bulk string or a number, as text
 * @throws {Error} what an error reply says
 */
export async function askRedis(
  { port, password }: { readonly port: number; readonly password?: string | undefined },
  ...command: readonly string[]
): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", timeout: 2_000 });
  socket.setEncoding("utf8");
  socket.once("timeout", () => socket.destroy(new Error("no answer")));
  const commands = password === undefined ? [command] : [["AUTH", password], command];
  socket.write(commands.map(encode).join(""));
  let received = "";
  try {
    for await (const text of socket) {
      received += text;
      const replies = decode(received);
      const reply = replies[commands.length - 1];
      if (reply !== undefined) return success(reply);
    }
  } finally {
    socket.destroy();
  }
  throw new Error("connection closed");
}

function encode(command: readonly string[]): string {
  const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${command.length}\r\n${words.join("")}`;
}

/** The complete replies in `text`, each with its type in front. All of what is asked here is ASCII. */
function decode(text: string): string[] {
  const replies: string[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\r\n");
    if (end === -1) return replies;
    const line = rest.slice(0, end);
    rest = rest.slice(end + 2);
    if (!line.startsWith("$")) {
      replies.push(line);
      continue;
    }
    const length = Number(line.slice(1));
    if (rest.length < length + 2) return replies;
    replies.push(`$${rest.slice(0, length)}`);
    rest = rest.slice(length + 2);
  }
}

function success(reply: string): string {
  if (reply.startsWith("-")) throw new Error(reply.slice(1));
  return reply.slice(1);
}
