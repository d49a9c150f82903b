import { hash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { redisClient, untimed } from "./context.ts";
import type { Deeds } from "./deeds.ts";
import { ATTRIBUTES, found, NAME, random, SECONDS } from "./limit.ts";
import { DATA, type Data } from "./texts.ts";

/** What a store may hold. */
interface Kept {
  /** SHA-256 of the secret, a character for each byte. */
  readonly digest: string;
  readonly expiresAt: number;
  readonly version: number;
  readonly data: string;
}

type MaybePromise<T> = T | Promise<T>;

interface Store {
  get(id: string): MaybePromise<Kept | undefined>;
  /** Unless another version is there. */
  set(id: string, kept: Kept): MaybePromise<unknown>;
}

/** What a request has. */
interface Held {
  readonly id: string;
  readonly kept: Kept;
  values: Partial<Data> | undefined;
  changed: boolean;
}

const TOKEN = /^[\w-]+\.[\w-]+$/;
type Request = FastifyRequest & { held: Held | null; looked: boolean };

/**
 * A small plugin, to see what hooks and a few of our guarantees cost whoever writes it: it knows a token by its digest alone, hands out no objects that other requests have
 * too, says by Vary what was looked at, overwrites nobody, and with a store that answers at once minds a handler that ends Node's response by itself. It does not look
 * at origins, rotations, touches, nor at what became of a write.
 */
export async function byHand(
  app: FastifyInstance,
  store: Store,
): Promise<Deeds<FastifyRequest, FastifyReply>> {
  const save = (held: Held | null): MaybePromise<unknown> => {
    if (!held?.changed) return undefined;
    held.changed = false;
    const { id, kept, values } = held;
    return store.set(id, { ...kept, version: kept.version + 1, data: JSON.stringify(values) });
  };
  const start = (reply: FastifyReply, values: Partial<Data>): MaybePromise<unknown> => {
    const [id, secret] = [16, 32].map((bytes) => random(bytes).toString("base64url"));
    reply.header("set-cookie", `${NAME}=${id}.${secret}${ATTRIBUTES}`);
    const expiresAt = Date.now() + SECONDS * 1000;
    const data = JSON.stringify(values);
    return store.set(id as string, {
      digest: digestOf(secret as string),
      expiresAt,
      version: 0,
      data,
    });
  };

  app.decorateRequest("held", null);
  app.decorateRequest("looked", false);
  app.addHook("onRequest", function open(request, { raw }, done) {
    const { writeHead, end } = raw;
    const go = (held: Held | null): void => {
      (request as Request).held = held;
      raw.writeHead = function heldBack(...args: unknown[]) {
        save(held);
        return Reflect.apply(writeHead as () => typeof raw, this, args);
      };
      raw.end = function heldBack(...args: unknown[]) {
        save(held);
        return Reflect.apply(end as () => typeof raw, this, args);
      };
      done();
    };
    const token = tokenIn(request.headers.cookie);
    if (token === undefined) return go(null);
    const dot = token.indexOf(".");
    const id = token.slice(0, dot);
    const kept = store.get(id);
    const secret = token.slice(dot + 1);
    if (kept instanceof Promise) kept.then((it) => go(heldBy(id, secret, it)), done);
    else go(heldBy(id, secret, kept));
  });
  app.addHook("onSend", function commit(request, reply, _payload, done) {
    const { held, looked } = request as Request;
    if (looked) reply.header("vary", "Cookie");
    const saved = save(held);
    if (saved instanceof Promise) saved.then(() => done(), done);
    else done();
  });

  const valuesOf = (request: FastifyRequest): Partial<Data> | undefined => {
    const { held } = request as Request;
    (request as Request).looked = true;
    if (!held) return undefined;
    held.values ??= JSON.parse(held.kept.data) as Partial<Data>;
    return held.values;
  };
  return {
    read: (request) => valuesOf(request)?.name,
    write(request, value) {
      const { held } = request as Request;
      const values = valuesOf(request);
      if (!held || !values) return;
      values.seen = value;
      held.changed = true;
    },
    fill: (_, reply) => start(reply, DATA),
    login: (_, reply) => start(reply, { userId: DATA.userId }),
    seen: (request) => valuesOf(request)?.seen,
    user: (request) => valuesOf(request)?.userId,
  };
}

function tokenIn(header: string | undefined): string | undefined {
  const token = found(header);
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

function heldBy(id: string, secret: string, kept: Kept | undefined): Held | null {
  if (!kept || kept.expiresAt <= Date.now()) return null;
  const same = timingSafeEqual(bytesOf(kept.digest), bytesOf(digestOf(secret)));
  return same ? { id, kept, values: undefined, changed: false } : null;
}

function digestOf(secret: string): string {
  return hash("sha256", secret, "latin1");
}

function bytesOf(digest: string): Buffer {
  return Buffer.from(digest, "latin1");
}

export function mapStore(): Store {
  const sessions = new Map<string, Kept>();
  return {
    get: (id) => sessions.get(id),
    set(id, kept) {
      const version = sessions.get(id)?.version ?? -1;
      if (version === kept.version - 1) sessions.set(id, kept);
    },
  };
}

/** A hash of two fields would be read by a slower command. */
const SET = `
local old = redis.call('GET', KEYS[1])
if (old and string.match(old, '^%d+') or '-1') ~= ARGV[1] then return 'stale' end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 'ok'
`;

export async function smallRedisStore(): Promise<Store> {
  const client = untimed(await redisClient());
  const sha = await client.scriptLoad(SET);
  return {
    async get(id) {
      const text = await client.get(`by-hand:${id}`);
      if (text === null) return undefined;
      const [version, expiresAt, digest] = text.split(" ", 3) as [string, string, string];
      const data = text.slice(version.length + expiresAt.length + digest.length + 3);
      return {
        digest: Buffer.from(digest, "base64url").toString("latin1"),
        expiresAt: Number(expiresAt),
        version: Number(version),
        data,
      };
    },
    set(id, { version, expiresAt, digest, data }) {
      const text = `${version} ${expiresAt} ${bytesOf(digest).toString("base64url")} ${data}`;
      const args = [String(version - 1), text, String(SECONDS)];
      return client.evalSha(sha, { keys: [`by-hand:${id}`], arguments: args });
    },
  };
}
