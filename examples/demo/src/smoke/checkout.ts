import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { cartCount } from "./page.ts";

const address = {
  name: "Ada <b>Byron</b>",
  street: "Strand 1",
  postcode: "WC2N 5",
  city: "London",
};

/** The form in steps, each on another server. */
export async function checkout(port: number): Promise<void> {
  const visitor = new Browser(port);

  await check("checkout: an incomplete address is refused, with what was typed", async () => {
    await visitor.post(0, "/cart/add", { item: "umbrella" });
    const refused = await visitor.post(1, "/checkout/address", { ...address, city: "" });
    same(refused.url, "/checkout/address");
    holds(refused.text.includes("City is missing"), "no message");
    holds(refused.text.includes('value="Strand 1"'), "what was typed is gone");
  });

  await check("checkout: each step on another server, back and forth", async () => {
    const step2 = await visitor.post(2, "/checkout/address", address);
    same(step2.url, "/checkout/delivery");
    const back = await visitor.get(3, "/checkout/address");
    holds(back.text.includes('value="Ada &lt;b&gt;Byron&lt;/b&gt;"'), "the address is not there");
    const review = await visitor.post(4, "/checkout/delivery", {
      way: "courier",
      payment: "invoice",
    });
    same(review.url, "/checkout/review");
    const elsewhere = await visitor.get(0, "/checkout/review");
    holds(elsewhere.text.includes("Ada &lt;b&gt;Byron"), "the review lacks the address");
    holds(elsewhere.text.includes("€71.00"), "the review lacks the sum");
  });

  await check("checkout: an order placed on two servers at once is one order", async () => {
    const visits = await Promise.all(
      [1, 3].map((server) => visitor.post(server, "/checkout/order")),
    );
    holds(
      visits.some(({ url }) => url === "/checkout/done"),
      "no order",
    );
    const done = await visitor.get(2, "/checkout/done");
    const number = /Order <b>(C-\d+)</.exec(done.text)?.[1];
    holds(number !== undefined && done.text.includes("1 item,"), "no order of one item");
    same(cartCount(done), 0);
    same((await visitor.get(4, "/checkout/review")).url, "/cart");
  });
}
