import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Block } from "./blocks.ts";
import { parseSteps } from "./steps.ts";
import { Visitor } from "./visitor.ts";

/** For a start, for an end, or for the whole of a program that ends by itself; in milliseconds. */
const PATIENCE = 20_000;
const STANDARD_STEPS = parseSteps("GET / 200");

type Exit = [code: number | null, signal: NodeJS.Signals | null];

/**
 * Runs a block in a process of its own, in the folder where its file lies. One that listens is visited and then told to end; any
 * other must end by itself, without an error.
 */
export async function runProgram(
  block: Block,
  folder: string,
  loaderConfig: string,
): Promise<void> {
  const port = await freePort();
  // Node runs TypeScript by itself, but no decorators.
  const loader = /^@[A-Z]/m.test(block.code) ? ["--import", import.meta.resolve("tsx")] : [];
  const child = spawn(process.execPath, ["--no-warnings", ...loader, "example.ts"], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      NODE_ENV: "production",
      TSX_TSCONFIG_PATH: loaderConfig,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exit = once(child, "exit") as Promise<Exit>;
  try {
    if (block.code.includes("process.env.PORT")) {
      await listening(child, port);
      const visitor = new Visitor(port);
      for (const step of block.steps ?? STANDARD_STEPS) await visitor.take(step);
      child.kill("SIGTERM");
    }
    await ended(exit);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${output}`);
  } finally {
    child.kill("SIGKILL");
    await exit;
  }
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (const start = Date.now(); Date.now() - start < PATIENCE; await delay(20)) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`ended with ${child.exitCode ?? child.signalCode} and did not listen`);
    }
    if (await accepts(port)) return;
  }
  throw new Error("does not listen on process.env.PORT");
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: "localhost" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** By itself, or because it was told to: then a program that has its own way to shut down must come to an end, too. */
async function ended(exit: Promise<Exit>): Promise<void> {
  const late = delay(PATIENCE, undefined, { ref: false });
  const outcome = await Promise.race([exit, late]);
  if (outcome === undefined) throw new Error(`still running after ${PATIENCE} ms`);
  const [code, signal] = outcome;
  if (code !== 0 && signal !== "SIGTERM") throw new Error(`ended with ${code ?? signal}`);
}

// Below the range from which systems take ports by themselves: nobody gets it between the look and the program's start.
let lastPort = 20_000 + (process.pid % 10_000);

async function freePort(): Promise<number> {
  const port = ++lastPort;
  const server = createServer().listen(port);
  try {
    await once(server, "listening");
    return port;
  } catch {
    return freePort();
  } finally {
    server.close();
  }
}
