/** Two applications, as browsers and the provider know them. Behind each stands whatever a test has started. */
export const SHOP = {
  id: "shop",
  origin: "https://shop.example",
  secret: "secret-of-the-shop-7b1f",
};
export const DESK = {
  id: "desk",
  origin: "https://desk.example",
  secret: "secret-of-the-desk-93ac",
};

export type Site = typeof SHOP;
