import { type Form, field } from "./request.ts";

export interface Address {
  readonly name: string;
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
}

export interface Delivery {
  readonly way: string;
  readonly payment: string;
}

/** The checkout form, as far as it is filled in. */
export interface Checkout {
  /** Drawn when the checkout begins, so that an order placed twice is the same order. */
  readonly number: string;
  readonly address?: Address;
  readonly delivery?: Delivery;
}

export interface Order {
  readonly number: string;
  readonly items: number;
  readonly total: number;
  readonly way: string;
}

export interface Choice {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** In cents. */
  readonly price: number;
}

export const deliveryWays: readonly Choice[] = [
  { id: "counter", name: "At the counter", text: "Ready in an hour", price: 0 },
  { id: "post", name: "By post", text: "Two or three days", price: 450 },
  { id: "courier", name: "By courier", text: "This evening", price: 1_200 },
];

export const payments: readonly Choice[] = [
  { id: "cash", name: "Cash on delivery", text: "Or at the counter", price: 0 },
  { id: "invoice", name: "Invoice", text: "Within 14 days", price: 0 },
];

export const addressFields = [
  { name: "name", label: "Name", autocomplete: "name" },
  { name: "street", label: "Street and number", autocomplete: "street-address" },
  { name: "postcode", label: "Postcode", autocomplete: "postal-code" },
  { name: "city", label: "City", autocomplete: "address-level2" },
] as const;

/** A form that was read: its value, or what is wrong with which field. */
export type Reading<Value> =
  | { readonly kind: "good"; readonly value: Value }
  | { readonly kind: "bad"; readonly problems: Readonly<Record<string, string>> };

export function readAddress(form: Form): Reading<Address> {
  const value = addressValues(form);
  const problems: Record<string, string> = {};
  for (const { name, label } of addressFields) {
    if (value[name] === "") problems[name] = `${label} is missing`;
  }
  if (value.postcode !== "" && !/^[\da-z][\da-z -]{2,9}$/i.test(value.postcode)) {
    problems.postcode = "A postcode has 3 to 10 letters and digits";
  }
  return Object.keys(problems).length > 0 ? { kind: "bad", problems } : { kind: "good", value };
}

export function addressValues(form: Form): Address {
  return {
    name: field(form, "name"),
    street: field(form, "street"),
    postcode: field(form, "postcode"),
    city: field(form, "city"),
  };
}

export function readDelivery(form: Form): Reading<Delivery> {
  const value = { way: field(form, "way"), payment: field(form, "payment") };
  const problems: Record<string, string> = {};
  if (!choice(deliveryWays, value.way)) problems.way = "Choose how you get it";
  if (!choice(payments, value.payment)) problems.payment = "Choose how you pay";
  return Object.keys(problems).length > 0 ? { kind: "bad", problems } : { kind: "good", value };
}

export function choice(choices: readonly Choice[], id: string | undefined): Choice | undefined {
  return choices.find((it) => it.id === id);
}
