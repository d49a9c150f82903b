import { cookiePolicy } from "../../packages/core/src/cookie/policy.ts";
import { readCookie } from "../../packages/core/src/cookie/read.ts";
import { setCookie } from "../../packages/core/src/cookie/write.ts";
import { systemRandom } from "../../packages/core/src/random.ts";
import { keyRing } from "../../packages/core/src/sealed/key-ring.ts";
import { sealer } from "../../packages/core/src/sealed/sealer.ts";
import {
  hashSecret,
  joinToken,
  mintBeginning,
  parseToken,
  type Secret,
  secretOf,
} from "../../packages/core/src/token/token.ts";
import { DATA } from "../tax/servers/texts.ts";
import { KEY } from "./key.ts";
import type { Operation } from "./operation.ts";

const NAME = "__Host-id";
const EXPIRES = Date.now() + 3_600_000;

/** The steps that requests are made of. */
export function parts(): Operation[] {
  const { id, seed, lineage } = mintBeginning(systemRandom);
  const secret: Secret = secretOf(seed, lineage, NAME);
  const token = joinToken(id, secret);
  const header = `_ga=GA1.1.1904821637.1764403200; ${NAME}=${token}; consent=essential`;
  const policy = cookiePolicy({});
  const { seal, open } = sealer(keyRing(KEY), { purpose: "session", cookieName: NAME });
  const text = JSON.stringify(DATA);
  const sealed = seal(text, EXPIRES);
  return [
    { name: "find the cookie in the header", run: () => readCookie(header, NAME) },
    { name: "parse a token", run: () => parseToken(token) },
    { name: "hash a secret", run: () => hashSecret(secret, NAME) },
    { name: "mint id and secret", run: () => mintBeginning(systemRandom) },
    { name: "Set-Cookie line", run: () => setCookie(policy, token) },
    { name: "Set-Cookie line with Max-Age", run: () => setCookie(policy, token, 43_200) },
    { name: "seal 294 bytes", run: () => seal(text, EXPIRES) },
    { name: "open the seal", run: () => open(sealed) },
  ];
}
