import { randomBytes } from "node:crypto";
import { type Address, addresses } from "./addresses.ts";

/** What the provider and an application agree on when the application is registered. */
export interface Application extends Address {
  readonly id: "shop" | "desk";
  readonly name: string;
  readonly framework: string;
  readonly secret: string;
}

export const applications = {
  shop: {
    ...addresses.shop,
    id: "shop",
    name: "The cloak shop",
    framework: "Fastify",
    secret: randomBytes(32).toString("base64url"),
  },
  desk: {
    ...addresses.desk,
    id: "desk",
    name: "The lost property desk",
    framework: "Nest",
    secret: randomBytes(32).toString("base64url"),
  },
} as const satisfies Record<string, Application>;
