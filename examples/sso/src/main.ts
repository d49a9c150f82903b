import "reflect-metadata";
import { addresses } from "./addresses.ts";
import { startDesk } from "./apps/desk.ts";
import { startShop } from "./apps/shop.ts";
import { startProvider } from "./provider/provider.ts";

startProvider();
await startShop();
await startDesk();
console.log(`The identity provider         ${addresses.provider.url}
The cloak shop, on Fastify    ${addresses.shop.url}
The lost property desk, Nest  ${addresses.desk.url}`);
