import { type Answer, redirect } from "../shop/answer.ts";
import { countOf } from "../shop/cart.ts";
import { price } from "../shop/catalogue.ts";
import { type Choice, deliveryWays, payments } from "../shop/checkout.ts";
import type { ShopContext } from "../shop/context.ts";
import type { RefusedForm } from "../shop/data.ts";
import { draftWords, ownerField } from "./checkout-form.ts";
import { checkoutSteps } from "./checkout-steps.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { problem, problemAttributes, refusedForm } from "./refused.ts";

export function deliveryPage(context: ShopContext): Answer {
  const { session } = context;
  const checkout = session.get("checkout");
  if (countOf(session.get("cart")) === 0) return redirect("/cart");
  if (checkout?.address === undefined) return redirect("/checkout/address");
  const refused = refusedForm(context, "delivery");
  const chosen = refused?.values ?? { ...checkout.delivery };
  const main = html`<h1>How do you get it?</h1>
${checkoutSteps("delivery", checkout)}
<form class="form" method="post" action="/checkout/delivery" data-draft="delivery">
${ownerField(session)}
${draftWords("restored")}
${choices("way", "Delivery", deliveryWays, chosen.way, refused)}
${choices("payment", "Payment", payments, chosen.payment, refused)}
${draftWords("unsent")}
<p class="next"><a href="/checkout/address">Back to the address</a> <button>On to the review</button></p>
</form>`;
  return layout(context, "Delivery", main);
}

function choices(
  name: string,
  legend: string,
  all: readonly Choice[],
  chosen: string | undefined,
  refused: RefusedForm | undefined,
): Html {
  const radios = all.map(
    ({ id, name: label, text, price: cents }) => html`<label class="choice">
<input type="radio" name="${name}" value="${id}"${id === chosen && html` checked`}>
<span><b>${label}</b> <small>${text}</small></span>
${name === "way" && html`<span class="price">${cents === 0 ? "free" : price(cents)}</span>`}
</label>`,
  );
  return html`<fieldset${problemAttributes(refused, name)}>
<legend>${legend}</legend>
${radios}
${problem(refused, name)}
</fieldset>`;
}
