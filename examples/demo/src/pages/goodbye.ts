import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { cookieWords, storeCalls } from "./panel-trace.ts";

/** After a logout there is no session to tell what happened: the link says which request it was. */
export function goodbyePage(context: ShopContext): Answer {
  const [visit] = context.ledger.of(context.url.searchParams.get("visit") ?? "");
  const main = html`<h1>Here is your coat</h1>
<p class="lead">You are logged out on all five servers: the session is destroyed, and nothing brings it back.</p>
${
  visit !== undefined &&
  html`<section class="visit"><h2>${visit.method} ${visit.path}, on ${visit.server}</h2>
${storeCalls(visit)}
<p>${cookieWords(visit)}</p></section>`
}
<p><a class="button" href="/">Back to the shop</a></p>`;
  return layout(context, "Logged out", main);
}
