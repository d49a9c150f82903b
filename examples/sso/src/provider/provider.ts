import { text } from "node:stream/consumers";
import type { Context } from "koa";
import { Provider } from "oidc-provider";
import { addresses } from "../addresses.ts";
import { configuration } from "./configuration.ts";
import { homePage, loginPage } from "./pages.ts";
import { findPerson } from "./people.ts";

const provider = new Provider(addresses.provider.url, configuration);

provider.use(async (ctx, next) => {
  if (ctx.path === "/") return home(ctx);
  if (ctx.path.startsWith("/interaction/")) return interaction(ctx);
  return next();
});

async function home(ctx: Context): Promise<void> {
  const { accountId, authorizations = {} } = await provider.Session.get(ctx as never);
  ctx.body = homePage(accountId, Object.keys(authorizations));
}

/** Somebody is to sign in. Who has signed in already never comes here. */
async function interaction(ctx: Context): Promise<void> {
  const { req, res } = ctx;
  const { uid, params } = await provider.interactionDetails(req, res);
  if (ctx.method === "GET") {
    ctx.body = loginPage(uid, params.client_id, false);
    return;
  }
  const accountId = findPerson(new URLSearchParams(await text(req)));
  if (accountId === undefined) {
    ctx.status = 401;
    ctx.body = loginPage(uid, params.client_id, true);
    return;
  }
  ctx.respond = false;
  await provider.interactionFinished(req, res, { login: { accountId, amr: ["pwd"] } });
}

/** A real OpenID provider, of the npm package oidc-provider, with its memory in this process. */
export function startProvider(): void {
  provider.listen(addresses.provider.port, "localhost");
}
