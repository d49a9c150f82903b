import type { Answer } from "../shop/answer.ts";
import { catalogue, price } from "../shop/catalogue.ts";
import type { ShopContext } from "../shop/context.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { picture } from "./pictures.ts";

export function shelfPage(context: ShopContext): Answer {
  const cart = context.session.get("cart");
  const items = catalogue.map((item) => {
    const inCart = cart?.[item.id];
    return html`<li>
${picture(item.id)}
<h2>${item.name}</h2>
<p>${item.text}</p>
<form method="post" action="/cart/add">
<input type="hidden" name="item" value="${item.id}">
<span class="price">${price(item.price)}</span>
<button>Add<span class="unseen"> ${item.name} to the cart</span>${inCart !== undefined && html` <span class="count">${inCart}</span>`}</button>
</form>
</li>`;
  });
  const main = html`<h1>Coats and what goes with them</h1>
<p class="lead">One shop, five servers. Put something in the cart here, then look at it on another server, above:
you hold one ticket for all of them.</p>
<ul class="shelf">${items}</ul>`;
  return layout(context, "Shop", main);
}
