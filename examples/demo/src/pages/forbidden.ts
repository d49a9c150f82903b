import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";

export function forbiddenPage(context: ShopContext, why: string): Answer {
  const main = html`<h1>Not at this counter</h1>
<p>${why}</p>
<p><a href="/">Back to the shop</a></p>`;
  return layout(context, "Not allowed", main, 403);
}
