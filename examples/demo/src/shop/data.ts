import type { Cart } from "./cart.ts";
import type { Checkout, Order } from "./checkout.ts";

/** What a session of the shop holds: plain JSON. */
export interface ShopData {
  cart: Cart;
  theme: "light" | "dark";
  checkout: Checkout;
  orders: Order[];
  /** Flash: what the last action has to say. */
  notice: string;
  /** Flash: a form that was refused, so that the next page can show it as it was typed. */
  refused: RefusedForm;
}

export interface RefusedForm {
  readonly form: "address" | "delivery" | "login" | "email" | "password" | "step-up";
  readonly values: Readonly<Record<string, string>>;
  /** By field: what is wrong with it. */
  readonly problems: Readonly<Record<string, string>>;
}
