/** Where a session can live: in a store of the server, sealed in its cookie, or in a JSON Web Token. */
export const storageKinds = ["store", "sealed", "jwt"] as const;

export type StorageKind = (typeof storageKinds)[number];

/** As the pages call it: "your session lives in the store". */
export const storageWords: Readonly<Record<StorageKind, string>> = {
  store: "in the store",
  sealed: "sealed in the cookie",
  jwt: "in a JWT",
};
