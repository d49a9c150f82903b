import { type Answer, redirect } from "../shop/answer.ts";
import { linesOf, totalOf } from "../shop/cart.ts";
import { price } from "../shop/catalogue.ts";
import { choice, deliveryWays, payments } from "../shop/checkout.ts";
import type { ShopContext } from "../shop/context.ts";
import { ownerField } from "./checkout-form.ts";
import { checkoutSteps } from "./checkout-steps.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";

export function reviewPage(context: ShopContext): Answer {
  const cart = context.session.get("cart");
  const checkout = context.session.get("checkout");
  const lines = linesOf(cart);
  if (lines.length === 0) return redirect("/cart");
  const { address, delivery } = checkout ?? {};
  if (address === undefined || delivery === undefined) return redirect("/checkout/delivery");
  const way = choice(deliveryWays, delivery.way);
  const total = totalOf(cart) + (way?.price ?? 0);
  const main = html`<h1>All as you want it?</h1>
${checkoutSteps("review", checkout)}
<dl class="review">
<dt>To</dt><dd>${address.name}<br>${address.street}<br>${address.postcode} ${address.city} <a href="/checkout/address">Change<span class="unseen"> the address</span></a></dd>
<dt>Delivery</dt><dd>${way?.name}, ${way?.text.toLowerCase()} <a href="/checkout/delivery">Change<span class="unseen"> the delivery</span></a></dd>
<dt>Payment</dt><dd>${choice(payments, delivery.payment)?.name}</dd>
<dt>Cart</dt><dd>${lines.map(({ item, quantity }) => html`${quantity} × ${item.name}<br>`)}<a href="/cart">Change<span class="unseen"> the cart</span></a></dd>
</dl>
<p class="sum">To pay <b>${price(total)}</b></p>
<form class="next" method="post" action="/checkout/order">${ownerField(context.session)}<button>Place the order</button></form>`;
  return layout(context, "Review", main);
}

export function donePage(context: ShopContext): Answer {
  const [order] = context.session.get("orders") ?? [];
  if (order === undefined) return redirect("/cart");
  const main = html`<h1>Thank you</h1>
<p class="lead">Order <b>${order.number}</b> is placed: ${order.items} ${order.items === 1 ? "item" : "items"}, ${price(order.total)},
${order.way.toLowerCase()}.</p>
<p>Of course nothing will come: this is a demo. The cart is empty again, on all five servers.</p>
<p><a class="button" href="/">Back to the shop</a></p>`;
  return layout(context, "Order placed", main);
}
