import type { ShopContext } from "../shop/context.ts";
import { addToCart, changeQuantity } from "./cart.ts";
import { chooseDelivery, enterAddress, placeOrder } from "./checkout.ts";
import { logIn, logOut } from "./login.ts";
import { revokeOne, revokeOthers, rotateTicket } from "./sessions.ts";
import { chooseStorage } from "./storage.ts";
import { chooseTheme } from "./theme.ts";

/** Does what a form asks for and says which page comes next. */
export type Action = (context: ShopContext) => string | Promise<string>;

export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["/cart/add", addToCart],
  ["/cart/quantity", changeQuantity],
  ["/theme", chooseTheme],
  ["/storage", chooseStorage],
  ["/checkout/address", enterAddress],
  ["/checkout/delivery", chooseDelivery],
  ["/checkout/order", placeOrder],
  ["/login", logIn],
  ["/logout", logOut],
  ["/sessions/rotate", rotateTicket],
  ["/sessions/revoke", revokeOne],
  ["/sessions/revoke-others", revokeOthers],
]);
