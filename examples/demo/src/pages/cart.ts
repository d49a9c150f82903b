import type { Answer } from "../shop/answer.ts";
import { type CartLine, LARGEST_QUANTITY, linesOf, totalOf } from "../shop/cart.ts";
import { price } from "../shop/catalogue.ts";
import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

export function cartPage(context: ShopContext): Answer {
  const cart = context.session.get("cart");
  const lines = linesOf(cart);
  if (lines.length === 0) {
    const empty = html`<h1>Your cart</h1>
<p>It is empty. <a href="/">Have a look around.</a></p>`;
    return layout(context, "Cart", empty);
  }
  const main = html`<h1>Your cart</h1>
<ul class="cart">${lines.map(row)}</ul>
<p class="sum">Together <b>${price(totalOf(cart))}</b></p>
<p class="next"><a class="button" href="/checkout/address">Check out</a></p>`;
  return layout(context, "Cart", main);
}

function row({ item, quantity, total }: CartLine): Html {
  return html`<li>
<span class="what"><b>${item.name}</b> <small>${price(item.price)} each</small></span>
<form method="post" action="/cart/quantity">
<input type="hidden" name="item" value="${item.id}">
<label class="unseen" for="quantity-${item.id}">Number of ${item.name}</label>
<input class="quantity" id="quantity-${item.id}" name="quantity" type="number" inputmode="numeric" min="0" max="${LARGEST_QUANTITY}" value="${quantity}" required>
<button class="quiet">Change<span class="unseen"> number of ${item.name}</span></button>
</form>
<form method="post" action="/cart/quantity">
<input type="hidden" name="item" value="${item.id}">
<input type="hidden" name="quantity" value="0">
<button class="quiet">Remove<span class="unseen"> ${item.name}</span></button>
</form>
<span class="price">${price(total)}</span>
</li>`;
}
