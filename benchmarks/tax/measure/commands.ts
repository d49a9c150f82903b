import { once } from "node:events";
import { connect } from "node:net";

/** A line of MONITOR: when, of which client, and what. A script's own commands say `lua` in place of the client. */
const LINE = /^\+[\d.]+ \[\d+ ([^\]]+)\] "([^"]+)"/;

/** Names of the commands that a Redis is sent while `work` runs. Those of scripts do not count: they make no round trip. */
export async function commandsOf(url: string, work: () => Promise<void>): Promise<string[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port || 6379), hostname);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  socket.write("MONITOR\r\n");
  await once(socket, "data");
  await work();
  // The monitor hears of its own farewell last.
  const mark = `coatcheck-${process.pid}`;
  const teller = connect(Number(port || 6379), hostname);
  teller.write(`ECHO ${mark}\r\n`);
  while (!text.includes(`"${mark}"`)) await once(socket, "data");
  teller.destroy();
  socket.destroy();
  return text
    .split("\r\n")
    .map((line) => LINE.exec(line))
    .filter((match) => match !== null)
    .map(([, client, command = ""]) => (client === "lua" ? "" : command.toUpperCase()))
    .filter((command) => command !== "" && command !== "ECHO");
}
