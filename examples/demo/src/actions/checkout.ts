import { randomInt } from "node:crypto";
import { countOf, totalOf } from "../shop/cart.ts";
import {
  addressValues,
  choice,
  deliveryWays,
  type Order,
  readAddress,
  readDelivery,
} from "../shop/checkout.ts";
import type { ShopContext } from "../shop/context.ts";
import { field } from "../shop/request.ts";

const ORDERS_KEPT = 5;

/** Back to the first step: what the session knew of the others may be gone. */
const LOGIN = "/login?returnTo=%2Fcheckout%2Faddress&reason=expired";

/** A form that was made for somebody else than who sends it, as one whose session has ended meanwhile: theirs goes into no other session. */
function isForeign(form: ShopContext["form"], session: ShopContext["session"]): boolean {
  const owner = field(form, "owner");
  return owner !== "" && owner !== session.userId;
}

/** Step 1. What is typed stays in the session, so that any server can show the next step. */
export function enterAddress({ form, session }: ShopContext): string {
  if (isForeign(form, session)) return LOGIN;
  const reading = readAddress(form);
  if (reading.kind === "bad") {
    const values = { ...addressValues(form) };
    session.flash("refused", { form: "address", values, problems: reading.problems });
    return "/checkout/address";
  }
  const number = `C-${randomInt(10_000, 100_000)}`;
  session.update("checkout", (known) => ({
    ...(known ?? { number }),
    address: reading.value,
  }));
  return "/checkout/delivery";
}

/** Step 2. */
export function chooseDelivery({ form, session }: ShopContext): string {
  if (isForeign(form, session)) return LOGIN;
  const { number, address } = session.get("checkout") ?? {};
  if (number === undefined || address === undefined) return "/checkout/address";
  const reading = readDelivery(form);
  if (reading.kind === "bad") {
    const values = { way: field(form, "way"), payment: field(form, "payment") };
    session.flash("refused", { form: "delivery", values, problems: reading.problems });
    return "/checkout/delivery";
  }
  session.update("checkout", (known) => known && { ...known, delivery: reading.value });
  return "/checkout/review";
}

/** Two clicks at once order once: the number was drawn when the checkout began. */
export function placeOrder({ form, session }: ShopContext): string {
  if (isForeign(form, session)) return LOGIN;
  const { number, delivery } = session.get("checkout") ?? {};
  const cart = session.get("cart");
  if (number === undefined || delivery === undefined || countOf(cart) === 0) return "/cart";
  const way = choice(deliveryWays, delivery.way);
  const total = totalOf(cart) + (way?.price ?? 0);
  const order: Order = { number, items: countOf(cart), total, way: way?.name ?? "" };
  session.update("orders", (orders = []) =>
    orders.some((known) => known.number === number)
      ? orders
      : [order, ...orders].slice(0, ORDERS_KEPT),
  );
  session.delete("cart");
  session.delete("checkout");
  return "/checkout/done";
}
