import { type Item, itemById } from "./catalogue.ts";

/** How many of each item, by its id. */
export type Cart = Readonly<Record<string, number>>;

export interface CartLine {
  readonly item: Item;
  readonly quantity: number;
  readonly total: number;
}

export const LARGEST_QUANTITY = 99;

/** The cart with another number of one item. Pure, as `session.update` may run it again on a fresher cart. */
export function withQuantity(cart: Cart | undefined, id: string, quantity: number): Cart {
  const { [id]: _, ...others } = cart ?? {};
  return quantity > 0 ? { ...others, [id]: Math.min(quantity, LARGEST_QUANTITY) } : others;
}

export function withOneMore(cart: Cart | undefined, id: string): Cart {
  return withQuantity(cart, id, (cart?.[id] ?? 0) + 1);
}

export function linesOf(cart: Cart | undefined): CartLine[] {
  return Object.entries(cart ?? {}).flatMap(([id, quantity]) => {
    const item = itemById.get(id);
    return item ? [{ item, quantity, total: item.price * quantity }] : [];
  });
}

export function countOf(cart: Cart | undefined): number {
  return linesOf(cart).reduce((sum, { quantity }) => sum + quantity, 0);
}

export function totalOf(cart: Cart | undefined): number {
  return linesOf(cart).reduce((sum, { total }) => sum + total, 0);
}
