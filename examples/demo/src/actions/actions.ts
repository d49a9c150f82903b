import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { changeEmail, changePassword } from "./account.ts";
import { actAs, stepUp, stopActing } from "./admin.ts";
import { addToCart, changeQuantity } from "./cart.ts";
import { chooseDelivery, enterAddress, placeOrder } from "./checkout.ts";
import { logIn, logOut } from "./login.ts";
import { dropSessionCookie, revokeOne, revokeOthers, rotateTicket } from "./sessions.ts";
import { stay } from "./stay.ts";
import { chooseStorage } from "./storage.ts";
import { chooseTheme } from "./theme.ts";

/** Does what a form asks for and says which page comes next, or answers by itself. */
export type Action = (context: ShopContext) => string | Answer | Promise<string | Answer>;

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
  ["/stay", stay],
  ["/account/email", changeEmail],
  ["/account/password", changePassword],
  ["/sessions/rotate", rotateTicket],
  ["/sessions/revoke", revokeOne],
  ["/sessions/revoke-others", revokeOthers],
  ["/sessions/drop-cookie", dropSessionCookie],
  ["/admin/step-up", stepUp],
  ["/admin/act-as", actAs],
  ["/admin/stop", stopActing],
]);
