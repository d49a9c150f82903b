import { createServer } from "node:http";
import { koaSession } from "@coatcheck/koa";
import Koa, { type Context } from "koa";
import { coatcheck, manager } from "./coatcheck.ts";
import { redisClient, secrets } from "./context.ts";
import { bare, called, type Deeds } from "./deeds.ts";
import { limitMemory, limitRedis, limitSealed, type Wire } from "./limit.ts";
import { peer } from "./peer.ts";
import { FREE, routesOf } from "./routes.ts";
import { started } from "./started.ts";
import { DATA, type Data } from "./texts.ts";

type KoaDeeds = Deeds<Context>;

const wire: Wire<Context, Context> = {
  cookie: (context) => context.headers.cookie,
  setCookie: (context, line) => context.set("set-cookie", line),
};

type KoaSession = Partial<Data> & { regenerate(done: (error?: unknown) => void): void };

function sessionOf(context: Context): KoaSession {
  return (context as unknown as { session: KoaSession }).session;
}

const deeds: KoaDeeds = {
  read: (context) => sessionOf(context).name,
  write(context, value) {
    sessionOf(context).seen = value;
  },
  async fill(context) {
    Object.assign(sessionOf(context), DATA);
    await called((done) => sessionOf(context).regenerate(done));
  },
  async login(context) {
    sessionOf(context).userId = DATA.userId;
    await called((done) => sessionOf(context).regenerate(done));
  },
  seen: (context) => sessionOf(context).seen,
  user: (context) => sessionOf(context).userId,
};

async function koaPeer(app: Koa, options: object): Promise<KoaDeeds> {
  type Install = (options: object, app: Koa) => Koa.Middleware;
  app.keys = secrets();
  app.use((await peer<Install>("koa-session"))(options, app));
  return deeds;
}

/** What its README asks of a store. */
async function koaStore(): Promise<object> {
  const client = await redisClient();
  return {
    async get(key: string) {
      const text = await client.get(key);
      return text === null ? undefined : JSON.parse(text);
    },
    set: (key: string, session: object, maxAge: number) =>
      client.set(key, JSON.stringify(session), { PX: maxAge }),
    destroy: (key: string) => client.del(key),
  };
}

const installed: Record<string, (app: Koa) => Promise<KoaDeeds>> = {
  bare: async () => bare,
  "limit-memory": async () => limitMemory(wire),
  "limit-redis": () => limitRedis(wire),
  "limit-sealed": async () => limitSealed(wire),
  "koa-session-cookie": (app) => koaPeer(app, {}),
  "koa-session-redis": async (app) => koaPeer(app, { store: await koaStore() }),
};

async function install(name: string, app: Koa): Promise<KoaDeeds> {
  const found = installed[name];
  if (found) return found(app);
  const sessions = await manager(name);
  app.use(koaSession(sessions, { skip: (context) => context.path === FREE }));
  return coatcheck(sessions);
}

export async function start(name: string): Promise<number> {
  const app = new Koa();
  // What a crowd may fail with is counted by the client.
  app.silent = true;
  const routes = new Map(
    routesOf(await install(name, app)).map(({ path, handler }) => [path, handler]),
  );
  app.use((context) => {
    const answer = routes.get(context.path)?.(context, context);
    if (typeof answer !== "object") {
      context.body = answer;
      return undefined;
    }
    return answer.then((text) => {
      context.body = text;
    });
  });
  return started(createServer(app.callback()));
}
