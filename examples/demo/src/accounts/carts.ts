import type { DatabaseSync } from "node:sqlite";
import type { ShopData } from "../shop/data.ts";
import type { StorageKind } from "../storage/kinds.ts";

/** What somebody was about to buy. */
export type KeptCart = Partial<Pick<ShopData, "cart" | "checkout">>;

/**
 * The carts of those who are logged in, kept with their account. A session that ends by itself takes its data along; who comes back from an expired one
 * half way through the checkout wants to go on there. One for each storage, as nothing goes along from one to another.
 *
 * The copy of the last action counts: of two at once on two servers it may lack one, as the session itself never does.
 */
export class Carts {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  keep(userId: string, storage: StorageKind, cart: KeptCart): void {
    this.#database
      .prepare(
        "INSERT INTO carts VALUES (:userId, :storage, :cart) ON CONFLICT DO UPDATE SET cart = :cart",
      )
      .run({ userId, storage, cart: JSON.stringify(cart) });
  }

  of(userId: string, storage: StorageKind): KeptCart {
    const row = this.#database
      .prepare("SELECT cart FROM carts WHERE user_id = ? AND storage = ?")
      .get(userId, storage);
    return row ? JSON.parse(String(row.cart)) : {};
  }

  forget(userId: string, storage: StorageKind): void {
    this.#database
      .prepare("DELETE FROM carts WHERE user_id = ? AND storage = ?")
      .run(userId, storage);
  }
}
