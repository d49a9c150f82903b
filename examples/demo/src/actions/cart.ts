import { withOneMore, withQuantity } from "../shop/cart.ts";
import { itemById } from "../shop/catalogue.ts";
import type { ShopContext } from "../shop/context.ts";
import { field } from "../shop/request.ts";

export function addToCart({ form, session }: ShopContext): string {
  const item = itemById.get(field(form, "item"));
  if (item === undefined) return "/";
  // `update`, not `get` and `set`: two servers may do this at once, and no count is lost.
  session.update("cart", (cart) => withOneMore(cart, item.id));
  session.flash("notice", `${item.name} is in your cart.`);
  return "/";
}

export function changeQuantity({ form, session }: ShopContext): string {
  const item = itemById.get(field(form, "item"));
  const quantity = Number(field(form, "quantity"));
  if (item === undefined || !Number.isSafeInteger(quantity) || quantity < 0) return "/cart";
  if (session.get("cart")?.[item.id] === undefined) return "/cart";
  session.update("cart", (cart) => withQuantity(cart, item.id, quantity));
  session.flash("notice", quantity > 0 ? `${item.name}: ${quantity}.` : `${item.name} is out.`);
  return "/cart";
}
