import { countOf } from "./cart.ts";
import type { ShopContext } from "./context.ts";

/** After an action: the account has the cart that the session has. */
export function keepCart({ carts, session, storage, url }: ShopContext): void {
  const { userId, actorId } = session;
  // Who acts for somebody fills a cart of their own.
  if (userId === undefined || actorId !== undefined) return;
  const isLogin = url.pathname === "/login";
  if (!isLogin && !/^\/(?:cart|checkout)\//.test(url.pathname)) return;
  const [cart, checkout] = [session.get("cart"), session.get("checkout")];
  if (countOf(cart) > 0) {
    carts.keep(userId, storage.kind, { ...(cart && { cart }), ...(checkout && { checkout }) });
  } else if (!isLogin) carts.forget(userId, storage.kind);
}

/** After a login, or for who is remembered: a session that ended by itself goes on. A cart that was filled before the login counts more. */
export function restoreCart({ carts, session, storage }: ShopContext): void {
  const { userId, actorId } = session;
  if (userId === undefined || actorId !== undefined || countOf(session.get("cart")) > 0) return;
  const { cart, checkout } = carts.of(userId, storage.kind);
  if (cart) session.set("cart", cart);
  if (checkout) session.set("checkout", checkout);
}

/** Who logs out is done: the next one at this shop's counter begins anew. */
export function forgetCart({ carts, session, storage }: ShopContext): void {
  const { userId, actorId } = session;
  if (userId !== undefined && actorId === undefined) carts.forget(userId, storage.kind);
}
