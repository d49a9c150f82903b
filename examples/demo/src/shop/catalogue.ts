export interface Item {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** In cents. */
  readonly price: number;
}

export const catalogue: readonly Item[] = [
  { id: "overcoat", name: "Overcoat", text: "Camel wool, lined, to the knee", price: 24_000 },
  { id: "raincoat", name: "Raincoat", text: "Waxed cotton with a storm collar", price: 18_500 },
  { id: "hat", name: "Felt hat", text: "Rabbit felt, grosgrain ribbon", price: 7_800 },
  { id: "scarf", name: "Scarf", text: "Merino, woven on a narrow loom", price: 4_500 },
  { id: "umbrella", name: "Umbrella", text: "Eight ribs, cherry handle", price: 5_900 },
  { id: "gloves", name: "Gloves", text: "Peccary leather, hand sewn", price: 8_200 },
];

export const itemById: ReadonlyMap<string, Item> = new Map(
  catalogue.map((item) => [item.id, item]),
);

const euro = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

export function price(cents: number): string {
  return euro.format(cents / 100);
}
