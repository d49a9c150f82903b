import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from "fastify";
import { keys, redisClient, secrets } from "./context.ts";
import type { Deeds } from "./deeds.ts";
import { peer, peerExport } from "./peer.ts";
import { DATA, type Data } from "./texts.ts";

type Plugin = FastifyPluginCallback<Record<string, unknown>>;
type FastifyDeeds = Deeds<FastifyRequest>;

/** Properties, as in @fastify/session. */
type PlainSession = Partial<Data> & { regenerate(): Promise<void> };
/** `get` and `set`, as in @fastify/secure-session and @mgcrea/fastify-session. */
interface KeyedSession {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

function sessionOf<Session>(request: FastifyRequest): Session {
  return (request as unknown as { session: Session }).session;
}

export const plain: FastifyDeeds = {
  read: (request) => sessionOf<PlainSession>(request).name,
  write(request, value) {
    sessionOf<PlainSession>(request).seen = value;
  },
  async fill(request) {
    await sessionOf<PlainSession>(request).regenerate();
    Object.assign(sessionOf<PlainSession>(request), DATA);
  },
  async login(request) {
    await sessionOf<PlainSession>(request).regenerate();
    sessionOf<PlainSession>(request).userId = DATA.userId;
  },
  seen: (request) => sessionOf<PlainSession>(request).seen,
  user: (request) => sessionOf<PlainSession>(request).userId,
};

function keyed(renew: (request: FastifyRequest) => void): FastifyDeeds {
  return {
    read: (request) => sessionOf<KeyedSession>(request).get("name"),
    write: (request, value) => sessionOf<KeyedSession>(request).set("seen", value),
    fill(request) {
      renew(request);
      for (const [key, value] of Object.entries(DATA)) {
        sessionOf<KeyedSession>(request).set(key, value);
      }
    },
    login(request) {
      renew(request);
      sessionOf<KeyedSession>(request).set("userId", DATA.userId);
    },
    seen: (request) => sessionOf<KeyedSession>(request).get("seen"),
    user: (request) => sessionOf<KeyedSession>(request).get("userId"),
  };
}

/** Its best: `rolling`, which is on by default, writes to the store and sets the cookie with every response. */
export async function fastifySessionPeer(
  app: FastifyInstance,
  options: Record<string, unknown>,
): Promise<FastifyDeeds> {
  await app.register(await peer<Plugin>("@fastify/cookie"));
  await app.register(await peer<Plugin>("@fastify/session"), {
    secret: secrets()[0],
    cookie: { secure: false },
    saveUninitialized: false,
    rolling: false,
    ...options,
  });
  return plain;
}

export async function redisStore(): Promise<object> {
  type Constructor = new (options: object) => object;
  const RedisStore = await peerExport<Constructor>("connect-redis", "RedisStore");
  return new RedisStore({ client: await redisClient() });
}

export const fastifyPeers: Record<string, (app: FastifyInstance) => Promise<FastifyDeeds>> = {
  "@fastify/session-memory": (app) => fastifySessionPeer(app, {}),
  "@fastify/session-redis": async (app) => fastifySessionPeer(app, { store: await redisStore() }),
  "@fastify/session-redis-rolling": async (app) =>
    fastifySessionPeer(app, { store: await redisStore(), rolling: true }),
  async "@mgcrea/fastify-session-memory"(app) {
    await app.register(await peer<Plugin>("@fastify/cookie"));
    await app.register(await peer<Plugin>("@mgcrea/fastify-session"), {
      secret: secrets()[0],
      cookie: { maxAge: 86_400 },
      saveUninitialized: false,
    });
    // It has no way to renew a session's id.
    return keyed(() => undefined);
  },
  async "@fastify/secure-session"(app) {
    await app.register(await peer<Plugin>("@fastify/secure-session"), {
      key: [...keys()],
      cookie: { path: "/" },
    });
    return keyed((request) => sessionOf<{ regenerate(): void }>(request).regenerate());
  },
};
