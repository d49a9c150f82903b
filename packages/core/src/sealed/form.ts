import { compress, decompress } from "./compression.ts";
import { COMPRESSED, PADDED } from "./envelope.ts";
import { pad, unpad } from "./padding.ts";

/** How a text is prepared before it is encrypted. */
export interface FormOptions {
  /**
   * Pads the text to a multiple of so many bytes, so that its length tells only that. Default: no padding, and the cookie's length is the
   * text's: who sees the encrypted connection may tell an administrator's session from a visitor's by it.
   */
  padTo?: number | undefined;
  /**
   * Compresses texts of so many bytes and more. Default: never. **The risk (CRIME, CVE-2012-4929; RFC 8725bis section 3.15)**: the length then
   * depends on how alike the parts are. Who can make the server store chosen words beside a secret (a name, a search, a cart) and sees the
   * cookie's length, guesses the secret piece by piece. Only compress sessions that hold no secret a user must not read, or that
   * hold nothing a visitor chooses. `padTo` makes it slower, not safe.
   */
  compressFrom?: number | undefined;
}

export interface Formed {
  readonly form: number;
  /** The text where it is sealed as it is: then nothing needs to copy it. */
  readonly bytes: Buffer | string;
  readonly size: number;
}

export function formText(text: string, { padTo, compressFrom }: FormOptions): Formed {
  if (padTo === undefined && compressFrom === undefined) {
    return { form: 0, bytes: text, size: Buffer.byteLength(text) };
  }
  let bytes: Buffer = Buffer.from(text);
  let form = 0;
  if (compressFrom !== undefined && bytes.length >= compressFrom) {
    const smaller = compress(bytes);
    if (smaller) {
      bytes = smaller;
      form |= COMPRESSED;
    }
  }
  if (padTo !== undefined) {
    bytes = pad(bytes, padTo);
    form |= PADDED;
  }
  return { form, bytes, size: bytes.length };
}

/** The text again, however it was formed: options may change between a seal and its opening. */
export function unformText(form: number, bytes: Buffer): string | undefined {
  const unpadded = form & PADDED ? unpad(bytes) : bytes;
  const whole = unpadded && form & COMPRESSED ? decompress(unpadded) : unpadded;
  return whole?.toString();
}
