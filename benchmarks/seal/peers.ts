import { randomBytes } from "node:crypto";
import type { Subject } from "./subjects.ts";

type Loaded = Record<string, unknown>;

/** A peer's module if it happens to be installed: it is no dependency of ours. */
async function load(name: string): Promise<Loaded | undefined> {
  try {
    return (await import(name)) as Loaded;
  } catch {
    return undefined;
  }
}

interface Iron {
  sealData(data: unknown, options: { password: string }): Promise<string>;
  unsealData(seal: string, options: { password: string }): Promise<unknown>;
}

interface SecureSession {
  createSecureSession(data: unknown): unknown;
  encodeSecureSession(session: unknown): string;
  decodeSecureSession(cookie: string): unknown;
}

/** iron-session and @fastify/secure-session, each through its public API; `missing` are those not installed. */
export async function peers(text: string): Promise<{ found: Subject[]; missing: string[] }> {
  const found: Subject[] = [];
  const missing: string[] = [];
  const data: unknown = JSON.parse(text);
  const iron = (await load("iron-session")) as Iron | undefined;
  if (iron) {
    const password = randomBytes(32).toString("base64url");
    const one = await iron.sealData(data, { password });
    found.push({
      name: `iron-session (JSON included), ${one.length} characters`,
      seal: () => iron.sealData(data, { password }),
      open: () => iron.unsealData(one, { password }),
    });
  } else missing.push("iron-session");
  const fastify = await load("fastify");
  const plugin = await load("@fastify/secure-session");
  if (fastify && plugin) {
    const app = (fastify.default as (o?: unknown) => Loaded)();
    await (app.register as (p: unknown, o: unknown) => Promise<void>)(plugin.default, {
      key: randomBytes(32),
    });
    await (app.ready as () => Promise<void>)();
    const it = app as unknown as SecureSession;
    const session = it.createSecureSession(data);
    const one = it.encodeSecureSession(session);
    found.push({
      name: `@fastify/secure-session (JSON included), ${one.length} characters`,
      seal: () => it.encodeSecureSession(session),
      open: () => it.decodeSecureSession(one),
    });
  } else missing.push("@fastify/secure-session");
  return { found, missing };
}
