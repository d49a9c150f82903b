import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVERS } from "../demo.ts";
import { freePort } from "../ports.ts";
import { admins } from "./admins.ts";
import { check, holds, summary } from "./check.ts";
import { checkout } from "./checkout.ts";
import { DemoProcess } from "./demo-process.ts";
import { devices } from "./devices.ts";
import { fresh, stale } from "./fresh.ts";
import { login } from "./login.ts";
import { passwords } from "./passwords.ts";
import { rememberMe } from "./remembered.ts";
import { restart } from "./restart.ts";
import { eachServer } from "./servers.ts";
import { shopping } from "./shopping.ts";
import { storages } from "./storages.ts";
import { told } from "./told.ts";

const directory = mkdtempSync(join(tmpdir(), "coatcheck-demo-"));
const port = await freePort(randomInt(20_000, 30_000), SERVERS);
if (port === undefined) throw new Error("there are no five free ports");
const env = {
  PORT: String(port),
  DEMO_DB: join(directory, "sessions.db"),
  HOST: "127.0.0.1",
  // Short, so that what is old and what is locked can be waited for.
  DEMO_FRESH_SECONDS: "5",
  DEMO_LOCK_SECONDS: "2",
};

let demo = new DemoProcess(env);
try {
  await demo.up();
  await check("it starts and prints its five addresses and its file", async () => {
    for (const server of eachServer) {
      const address = `http://localhost:${port + server}`;
      holds(demo.output.includes(address), `${address} is missing in:\n${demo.output}`);
    }
    holds(demo.output.includes(env.DEMO_DB), "the file is missing");
  });
  await shopping(port);
  await checkout(port);
  await login(port);
  const loggedIn = await fresh(port);
  await storages(port);
  await told(port);
  await stale(loggedIn);
  await passwords(port);
  await rememberMe(port);
  await devices(port);
  await admins(port);
  demo = await restart(demo, port, env);
} finally {
  demo.kill();
  await demo.end();
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = summary() ? 0 : 1;
