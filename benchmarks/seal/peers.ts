import { randomBytes } from "node:crypto";
import fastify, { type FastifyPluginCallback } from "fastify";
import { sealData, unsealData } from "iron-session";
import { damageText, proven, type Subject } from "./proven.ts";

/** What is used of the plugin. Its own types would declare `request.session` for the whole repository, and unlike our plugin's. */
interface SecureSessions {
  createSecureSession(data: object): object;
  encodeSecureSession(session: object): string;
  decodeSecureSession(cookie: string): { data(): object } | null;
}
const SECURE_SESSION: string = "@fastify/secure-session";

/** iron-session, which waits for a thread many times over: alone, and in the company that a busy server has, where threads overlap. */
export async function ironSession(text: string): Promise<Subject[]> {
  const session: object = JSON.parse(text);
  const options = { password: randomBytes(32).toString("base64url") };
  const sealing = {
    name: "iron-session, JSON included",
    seal: () => sealData(session, options),
    open: (seal: string) => unsealData<object>(seal, options),
    // An empty session is how it refuses.
    read: (opened: object) => (Object.keys(opened).length > 0 ? opened : undefined),
    damage: damageText,
  };
  const subject = await proven(sealing, session);
  return [subject, { ...subject, name: "the same, 32 at a time", abreast: 32 }];
}

/** @fastify/secure-session, which is libsodium's XSalsa20-Poly1305. It adds a timestamp of 18 bytes to the session. */
export async function secureSession(text: string): Promise<Subject> {
  const app = fastify();
  const plugin: FastifyPluginCallback<{ key: Buffer }> = (await import(SECURE_SESSION)).default;
  await app.register(plugin, { key: randomBytes(32) });
  await app.ready();
  const it = app as unknown as SecureSessions;
  // The timestamp goes into the object it is given.
  const session = it.createSecureSession(JSON.parse(text));
  const sealing = {
    name: "@fastify/secure-session, JSON included",
    seal: () => it.encodeSecureSession(session),
    open: (seal: string) => it.decodeSecureSession(seal),
    read: (opened: { data(): object } | null) => opened?.data(),
    damage: damageText,
  };
  return proven(sealing, JSON.parse(text));
}
