import { type Answer, redirect } from "../shop/answer.ts";
import { countOf } from "../shop/cart.ts";
import { addressFields } from "../shop/checkout.ts";
import type { ShopContext } from "../shop/context.ts";
import { LONGEST_FIELD } from "../shop/request.ts";
import { draftWords, ownerField } from "./checkout-form.ts";
import { checkoutSteps } from "./checkout-steps.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { problem, problemAttributes, refusedForm } from "./refused.ts";

export function addressPage(context: ShopContext): Answer {
  const { session } = context;
  if (countOf(session.get("cart")) === 0) return redirect("/cart");
  const checkout = session.get("checkout");
  const refused = refusedForm(context, "address");
  const fields = addressFields.map(({ name, label, autocomplete }) => {
    const value = refused?.values[name] ?? checkout?.address?.[name] ?? "";
    return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value}" autocomplete="${autocomplete}" maxlength="${LONGEST_FIELD}"${problemAttributes(refused, name)}>
${problem(refused, name)}
</div>`;
  });
  const main = html`<h1>Where does it go?</h1>
${checkoutSteps("address", checkout)}
<form class="form" method="post" action="/checkout/address" data-draft="address">
${ownerField(session)}
${draftWords("restored")}
${fields}
${draftWords("unsent")}
<p class="next"><a href="/cart">Back to the cart</a> <button>On to delivery</button></p>
</form>
<p class="remark">Each step is kept in your session. Change the server half way, above, and go on there.</p>`;
  return layout(context, "Address", main);
}
