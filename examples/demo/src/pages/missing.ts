import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";

export function missingPage(context: ShopContext): Answer {
  const main = html`<h1>Nothing hangs here</h1>
<p>There is no such page.</p>
<p><a href="/">Back to the shop</a></p>`;
  return layout(context, "Not found", main, 404);
}
