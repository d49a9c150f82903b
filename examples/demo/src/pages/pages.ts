import { eventsOf } from "../live/events.ts";
import { type Answer, redirect } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { accountPage, emailPage, passwordPage } from "./account.ts";
import { adminPage, stepUpPage } from "./admin.ts";
import { cartPage } from "./cart.ts";
import { addressPage } from "./checkout-address.ts";
import { deliveryPage } from "./checkout-delivery.ts";
import { donePage, reviewPage } from "./checkout-review.ts";
import { goodbyePage } from "./goodbye.ts";
import { loginPage } from "./login.ts";
import { sessionsPage } from "./sessions.ts";
import { shelfPage } from "./shelf.ts";

export type Page = (context: ShopContext) => Answer | Promise<Answer>;

export const pages: ReadonlyMap<string, Page> = new Map<string, Page>([
  ["/", shelfPage],
  ["/cart", cartPage],
  ["/checkout", () => redirect("/checkout/address")],
  ["/checkout/address", addressPage],
  ["/checkout/delivery", deliveryPage],
  ["/checkout/review", reviewPage],
  ["/checkout/done", donePage],
  ["/login", loginPage],
  ["/account", accountPage],
  ["/account/email", emailPage],
  ["/account/password", passwordPage],
  ["/sessions", sessionsPage],
  ["/admin", adminPage],
  ["/admin/step-up", stepUpPage],
  ["/goodbye", goodbyePage],
  ["/events", eventsOf],
]);
