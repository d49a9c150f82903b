import type { SessionStore, SessionsOptions } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { generateJwk, jwt } from "@coatcheck/jwt";

type Storage = NonNullable<SessionsOptions<Record<string, unknown>>["storage"]>;

/** Where the sessions themselves are; what has ended of those in a token is in the store. */
export const STORAGES: readonly [string, (store: SessionStore) => Storage][] = [
  ["in a store", (store) => store],
  ["sealed", (store) => sealed({ keys: generateKey(), revocation: store })],
  [
    "in a JWT",
    (store) =>
      jwt({
        keys: generateJwk("ES256"),
        issuer: "https://shop.example",
        audience: "https://shop.example",
        revocation: store,
      }),
  ],
];
