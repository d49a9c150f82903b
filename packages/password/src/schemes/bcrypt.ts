import { mustBeFunction } from "@coatcheck/core/token-storage";
import type { HashScheme } from "./scheme.ts";

export interface BcryptOptions {
  /** `compare` of `@node-rs/bcrypt`, `bcrypt` or `bcryptjs`. */
  compare: (password: string, hash: string) => Promise<boolean>;
}

const FORM = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
/** bcrypt reads no further. */
const LONGEST = 72;
/** Some 4 seconds. */
const MOST_COST = 16;

/**
 * bcrypt hashes: `$2a$`, `$2b$`, `$2y$`. bcrypt knows the first 72 bytes of a password, and up to its first NUL. A password with more than that is
 * refused, since most of it could be wrong and still match: it has to be reset.
 */
export function bcrypt({ compare }: BcryptOptions): HashScheme {
  mustBeFunction("compare", compare);
  return {
    name: "bcrypt",
    read: (stored) => {
      if (!/^\$2[aby]\$/.test(stored)) return undefined;
      const cost = FORM.exec(stored)?.[1];
      if (cost === undefined) return "malformed";
      if (Number(cost) > MOST_COST) return "too-costly";
      return {
        memoryKiB: 4,
        verify: async (password) => {
          // Compared in any case, so that it takes as long as a wrong one.
          const matches = await compare(password, stored);
          return matches && Buffer.byteLength(password) <= LONGEST && !password.includes("\0");
        },
      };
    },
  };
}
