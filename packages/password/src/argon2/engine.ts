import { type Algorithm, hashRaw, type Version } from "@node-rs/argon2";
import type { Argon2Parameters } from "./parameters.ts";

/** Argon2 itself: the tag. Injected, so that tests can count and hold what runs. */
export type Argon2Engine = (
  password: Uint8Array,
  parameters: Argon2Parameters,
  salt: Uint8Array,
  secret: Uint8Array | undefined,
) => Promise<Uint8Array>;

// Its enums are `const enum`, which modules that are compiled one by one cannot read.
const ALGORITHM = { argon2d: 0, argon2i: 1, argon2id: 2 } as const satisfies Record<string, number>;

/** On libuv's thread pool. */
export const nativeArgon2: Argon2Engine = (password, parameters, salt, secret) => {
  const { type, version, memoryKiB, passes, lanes, tagLength } = parameters;
  return hashRaw(password, {
    algorithm: ALGORITHM[type] as Algorithm,
    version: (version === 19 ? 1 : 0) as Version,
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism: lanes,
    outputLen: tagLength,
    salt,
    ...(secret && { secret }),
  });
};
