import type { Request, RequestHandler, Response } from "express";
import { secrets } from "./context.ts";
import { called, type Deeds } from "./deeds.ts";
import { redisStore } from "./fastify-peers.ts";
import { peer, peerExport } from "./peer.ts";
import { DATA, type Data } from "./texts.ts";

type ExpressDeeds = Deeds<Request, Response>;

/** What a library brings to an application: its middleware, and how to use it. */
export interface ExpressPeer<Q, R> {
  readonly middleware?: RequestHandler;
  readonly deeds: Deeds<Q, R>;
}

type RegenerableSession = Partial<Data> & {
  regenerate(done: (error?: unknown) => void): void;
};

/** As in express-session. `carrier` is what has the session: in Nest on Fastify that is not the framework's request. */
export function regenerable<Q>(carrier: (request: Q) => unknown): Deeds<Q, unknown> {
  const sessionOf = (request: Q) => (carrier(request) as { session: RegenerableSession }).session;
  return {
    read: (request) => sessionOf(request).name,
    write(request, value) {
      sessionOf(request).seen = value;
    },
    async fill(request) {
      await called((done) => sessionOf(request).regenerate(done));
      Object.assign(sessionOf(request), DATA);
    },
    async login(request) {
      await called((done) => sessionOf(request).regenerate(done));
      sessionOf(request).userId = DATA.userId;
    },
    seen: (request) => sessionOf(request).seen,
    user: (request) => sessionOf(request).userId,
  };
}

/** cookie-session has no way to renew a session: it is its cookie. */
const cookieDeeds: ExpressDeeds = {
  read: (request) => sessionIn(request).name,
  write(request, value) {
    sessionIn(request).seen = value;
  },
  fill: (request) => replace(request, { ...DATA }),
  login: (request) => replace(request, { userId: DATA.userId }),
  seen: (request) => sessionIn(request).seen,
  user: (request) => sessionIn(request).userId,
};

function sessionIn(request: Request): Partial<Data> {
  return (request as unknown as { session: Partial<Data> }).session;
}

function replace(request: Request, data: Partial<Data>): void {
  (request as unknown as { session: Partial<Data> }).session = data;
}

type Middleware = (options: object) => RequestHandler;

export async function expressSession(store?: object): Promise<RequestHandler> {
  const session = await peer<Middleware>("express-session");
  return session({
    secret: secrets()[0],
    resave: false,
    saveUninitialized: false,
    ...(store && { store }),
  });
}

async function memorystore(): Promise<object> {
  type Store = new (options: object) => object;
  const session = await peer<Middleware>("express-session");
  const MemoryStore = (await peer<(session: Middleware) => Store>("memorystore"))(session);
  return new MemoryStore({ checkPeriod: 86_400_000 });
}

/** No middleware: each handler asks for the session. */
async function ironSession(): Promise<ExpressDeeds> {
  type IronSession = Partial<Data> & { save(): Promise<void> };
  type Get = (request: Request, response: Response, options: object) => Promise<IronSession>;
  const getIronSession = await peerExport<Get>("iron-session", "getIronSession");
  const [newest = "", before] = secrets();
  // The highest number seals.
  const password = before === undefined ? { 1: newest } : { 1: before, 2: newest };
  const options = { cookieName: "iron", password };
  const change = async (request: Request, response: Response, data: Partial<Data>) => {
    const session = await getIronSession(request, response, options);
    Object.assign(session, data);
    await session.save();
  };
  const read =
    (key: keyof Data) =>
    async (request: Request, response: Response): Promise<unknown> =>
      (await getIronSession(request, response, options))[key];
  return {
    read: read("name"),
    write: (request, seen, response) => change(request, response, { seen }),
    fill: (request, response) => change(request, response, DATA),
    login: (request, response) => change(request, response, { userId: DATA.userId }),
    seen: read("seen"),
    user: read("userId"),
  };
}

const withSession = async (store?: object): Promise<ExpressPeer<Request, Response>> => ({
  middleware: await expressSession(store),
  deeds: regenerable<Request>((request) => request),
});

export const expressPeers: Record<string, () => Promise<ExpressPeer<Request, Response>>> = {
  "express-session-memory": () => withSession(),
  "express-session-memorystore": async () => withSession(await memorystore()),
  "express-session-redis": async () => withSession(await redisStore()),
  "cookie-session": async () => ({
    middleware: (await peer<Middleware>("cookie-session"))({
      name: "session",
      keys: secrets(),
      maxAge: 86_400_000,
    }),
    deeds: cookieDeeds,
  }),
  "iron-session": async () => ({ deeds: await ironSession() }),
};
