import { createPasswords, type Passwords } from "@coatcheck/password";

/** For the demo's users: as cheap as argon2id can be, since what a hash costs is no matter of a browser. */
export function quickPasswords(): Passwords {
  return createPasswords({ argon2: { floor: "none", memoryKiB: 8, passes: 1 } });
}
