import type { Checkout } from "../shop/checkout.ts";
import { type Html, html } from "./html.ts";

const steps = [
  ["address", "Address"],
  ["delivery", "Delivery"],
  ["review", "Review"],
] as const;

/** Where the checkout stands; what is done can be gone back to. */
export function checkoutSteps(
  current: (typeof steps)[number][0],
  checkout: Checkout | undefined,
): Html {
  const open = {
    address: true,
    delivery: checkout?.address !== undefined,
    review: checkout?.delivery !== undefined,
  };
  const items = steps.map(([id, label]) => {
    if (id === current) return html`<li aria-current="step">${label}</li>`;
    if (!open[id]) return html`<li class="shut">${label}</li>`;
    return html`<li><a href="/checkout/${id}">${label}</a></li>`;
  });
  return html`<ol class="steps" aria-label="Checkout">${items}</ol>`;
}
