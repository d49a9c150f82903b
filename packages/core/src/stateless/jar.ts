import { type CookiePolicy, MAX_COOKIE } from "../cookie/policy.ts";
import { readCookie } from "../cookie/read.ts";
import { clearCookie, setCookie } from "../cookie/write.ts";
import { sha256 } from "../digest.ts";
import { headerOf } from "../request/request.ts";
import type { CookieJar } from "../session/strategy.ts";

/** More would not get through: Node.js takes 16 kB of headers, nginx 8 kB a line, unless told otherwise. */
export const MAX_CHUNKS = 4;
/** Characters that tell the chunks of one token from those of another: 48 bits. */
const MARK = 8;
/** No token has this character: what begins with it is a chunk. */
const SIGN = "~";
/** The first chunk: how many there are, whose they are, and its part. */
const FIRST = /^~([2-4])~([\w-]{8})~(.+)$/;
const SIGNS = 4;

/** How much of a token fits into so many cookies of this name. */
export function capacity(name: string, chunks: number): number {
  if (chunks === 1) return MAX_COOKIE - name.length;
  return MAX_COOKIE * chunks - nameLength(name, chunks) - chunks * (MARK + SIGNS);
}

function nameLength(name: string, chunks: number): number {
  return name.length * chunks + (chunks - 1) * 2;
}

/**
 * Puts a token that is too long for one cookie into several: `name`, `name.1`, … Each chunk bears the mark of its token, so that those
 * of two tabs never mix; what is not needed any more is removed.
 */
export const chunkingJar: CookieJar = {
  read(header, name) {
    const values = readCookie(header, name);
    if (!values.some(isChunk)) return values;
    return values.map((value) => (isChunk(value) ? join(header, name, value) : undefined) ?? value);
  },

  write(policy, { headers }, value, maxAge) {
    const lines =
      value === undefined
        ? [clearCookie(policy)]
        : split(policy.name, value).map((chunk, index) =>
            setCookie(chunkPolicy(policy, index), chunk, maxAge),
          );
    const header = headerOf(headers, "cookie");
    // Hardly anybody has more than one, which a single look tells.
    if (!header?.includes(`${policy.name}.`)) return lines;
    for (let index = lines.length; index < MAX_CHUNKS; index++) {
      const stale = chunkPolicy(policy, index);
      // Another application may have a cookie of this name.
      const ours = readCookie(header, stale.name).some(isChunk);
      if (ours) lines.push(clearCookie(stale));
    }
    return lines;
  },
};

function isChunk(value: string): boolean {
  return value.startsWith(SIGN);
}

/** The whole token, or `undefined` where a chunk is missing or another token's. */
function join(header: string | undefined, name: string, first: string): string | undefined {
  const [, count, mark, part] = FIRST.exec(first) ?? [];
  if (part === undefined) return undefined;
  const start = `${SIGN}${mark}${SIGN}`;
  let token = part;
  for (let index = 1; index < Number(count); index++) {
    const chunk = readCookie(header, `${name}.${index}`).find((it) => it.startsWith(start));
    if (chunk === undefined) return undefined;
    token += chunk.slice(start.length);
  }
  return token;
}

function split(name: string, token: string): string[] {
  if (name.length + token.length <= MAX_COOKIE) return [token];
  const mark = sha256(token).slice(0, MARK);
  const chunks: string[] = [];
  let rest = token;
  while (rest.length > 0) {
    const size = MAX_COOKIE - nameLength(name, 1) - (chunks.length > 0 ? 2 : 0) - MARK - SIGNS;
    chunks.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return chunks.map((part, index) =>
    index === 0
      ? `${SIGN}${chunks.length}${SIGN}${mark}${SIGN}${part}`
      : `${SIGN}${mark}${SIGN}${part}`,
  );
}

function chunkPolicy(policy: CookiePolicy, index: number): CookiePolicy {
  return index === 0 ? policy : { ...policy, name: `${policy.name}.${index}` };
}
