import { text } from "node:stream/consumers";
import type { Context } from "koa";
import type { Provider } from "oidc-provider";
import type { Authentication } from "./options.ts";

/** Asks who somebody is, and believes it. */
export async function loginPage(
  provider: Provider,
  { req, res }: Context,
  authentication: Authentication,
): Promise<void> {
  if (req.method === "GET") {
    const { uid } = await provider.interactionDetails(req, res);
    res.setHeader("content-type", "text/html");
    res.end(
      `<!doctype html><form id="login" method="post" action="/interaction/${uid}"><input name="account"></form>`,
    );
    return;
  }
  const accountId = new URLSearchParams(await text(req)).get("account");
  const result = accountId
    ? { login: { accountId, ...authentication } }
    : { error: "access_denied", error_description: "The person went away" };
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
}
