import { createHash } from "node:crypto";

const ITEMS = ["wool coat", "umbrella", "brass lamp", "notebook A5", "linen shirt, blue", "tea"];

/** A session record of exactly `size` bytes, as a shop has it: ids that do not compress, names and numbers that do. */
export function sessionText(size: number): string {
  const random = (n: number) => createHash("sha256").update(`text ${n}`).digest();
  const cart: unknown[] = [];
  const spell = (note: string) =>
    JSON.stringify({
      id: random(0).toString("base64url").slice(0, 22),
      v: 3,
      user: "user-48213",
      at: [1_789_000_000_000, 1_789_000_123_456],
      data: { theme: "dark", csrf: random(1).toString("base64url"), cart, note },
    });
  for (let n = 2; spell("").length + 90 < size; n++) {
    const bytes = random(n);
    cart.push({
      sku: bytes.toString("hex").slice(0, 10),
      name: ITEMS[n % ITEMS.length],
      quantity: 1 + ((bytes[9] as number) % 5),
      price: bytes.readUInt16BE(10),
    });
  }
  return spell(
    "ring the bell twice, then leave it with the neighbour on the second floor, please".slice(
      0,
      size - spell("").length,
    ),
  );
}
