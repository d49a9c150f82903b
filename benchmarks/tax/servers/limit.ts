import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import { keys, redisClient, untimed } from "./context.ts";
import type { Deeds } from "./deeds.ts";
import { DATA, type Data } from "./texts.ts";

/** How a framework's request and response are got at. */
export interface Wire<Request, Response> {
  cookie(request: Request): string | undefined;
  setCookie(response: Response, line: string): unknown;
}

export const NAME = "id";
export const ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Lax";

/** The cookie in a header. */
export function found(header: string | undefined): string | undefined {
  const at = header?.indexOf("id=") ?? -1;
  if (header === undefined || at === -1) return undefined;
  const end = header.indexOf(";", at);
  return header.slice(at + NAME.length + 1, end === -1 ? undefined : end);
}

const POOL = Buffer.alloc(4096);
let used = POOL.length;
export function random(size: number): Buffer {
  if (used + size > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += size;
  return POOL.subarray(used - size, used);
}

/** Objects in a Map, shared by all requests of a session: nothing is copied. */
export function limitMemory<Q, R>({ cookie, setCookie }: Wire<Q, R>): Deeds<Q, R> {
  const sessions = new Map<string, Partial<Data>>();
  const get = (request: Q): Partial<Data> | undefined => sessions.get(found(cookie(request)) ?? "");
  const start = (response: R, data: Partial<Data>): void => {
    const id = random(16).toString("base64url");
    sessions.set(id, data);
    setCookie(response, `${NAME}=${id}${ATTRIBUTES}`);
  };
  return {
    untouched: get,
    read: (request) => get(request)?.name,
    write(request, value) {
      const session = get(request);
      if (session) session.seen = value;
    },
    fill: (_, response) => start(response, structuredClone(DATA)),
    login: (_, response) => start(response, { userId: DATA.userId }),
    seen: (request) => get(request)?.seen,
    user: (request) => get(request)?.userId,
  };
}

export const SECONDS = 1800;

/** One GET for a read, and one SET more for a write. */
export async function limitRedis<Q, R>({ cookie, setCookie }: Wire<Q, R>): Promise<Deeds<Q, R>> {
  const client = untimed(await redisClient());
  const get = async (id: string | undefined): Promise<Partial<Data> | undefined> => {
    if (id === undefined) return undefined;
    const text = await client.get(`limit:${id}`);
    return text === null ? undefined : JSON.parse(text);
  };
  const set = (id: string, data: Partial<Data>): Promise<unknown> =>
    client.set(`limit:${id}`, JSON.stringify(data), { EX: SECONDS });
  const start = async (response: R, data: Partial<Data>): Promise<void> => {
    const id = random(16).toString("base64url");
    await set(id, data);
    setCookie(response, `${NAME}=${id}${ATTRIBUTES}`);
  };
  const of = (request: Q) => get(found(cookie(request)));
  return {
    untouched: of,
    read(request) {
      const id = found(cookie(request));
      return id === undefined ? undefined : get(id).then((session) => session?.name);
    },
    async write(request, value) {
      const id = found(cookie(request));
      const session = await get(id);
      if (id === undefined || !session) return;
      session.seen = value;
      await set(id, session);
    },
    fill: (_, response) => start(response, DATA),
    login: (_, response) => start(response, { userId: DATA.userId }),
    seen: async (request) => (await of(request))?.seen,
    user: async (request) => (await of(request))?.userId,
  };
}

/** AES-256-GCM by a key made once, `nonce | text | tag` as base64url. */
export function limitSealed<Q, R>({ cookie, setCookie }: Wire<Q, R>): Deeds<Q, R> {
  const key = createSecretKey(keys()[0]);
  const open = (request: Q): Partial<Data> | undefined => opened(key, found(cookie(request)));
  const start = (response: R, data: Partial<Data>): void => {
    setCookie(response, `${NAME}=${sealed(key, data)}${ATTRIBUTES}`);
  };
  return {
    untouched: (request) => found(cookie(request)),
    read: (request) => open(request)?.name,
    write(request, value, response) {
      const session = open(request);
      if (!session) return;
      session.seen = value;
      start(response, session);
    },
    fill: (_, response) => start(response, DATA),
    login: (_, response) => start(response, { userId: DATA.userId }),
    seen: (request) => open(request)?.seen,
    user: (request) => open(request)?.userId,
  };
}

function sealed(key: KeyObject, data: Partial<Data>): string {
  const nonce = random(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const text = cipher.update(JSON.stringify(data), "utf8");
  cipher.final();
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
}

function opened(key: KeyObject, seal: string | undefined): Partial<Data> | undefined {
  if (seal === undefined) return undefined;
  const bytes = Buffer.from(seal, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), {
    authTagLength: 16,
  });
  decipher.setAuthTag(bytes.subarray(-16));
  const text = decipher.update(bytes.subarray(12, -16), undefined, "utf8");
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return JSON.parse(text);
}
