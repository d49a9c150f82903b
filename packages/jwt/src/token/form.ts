/** A base64url text that is not empty, in its one spelling: without padding, and with the spare bits of its end zero. */
const SEGMENT = "(?=[\\w-])(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?";

const SIGNED = formOf(3);
const ENCRYPTED = formOf(5);

/** Compact serialisation of a JWS (RFC 7515 section 3.1), of nothing but its canonical spelling. */
export function isSignedForm(text: string): boolean {
  return SIGNED.test(text);
}

/** Compact serialisation of a JWE (RFC 7516 section 3.1) with an encrypted key, as canonical. */
export function isEncryptedForm(text: string): boolean {
  return ENCRYPTED.test(text);
}

function formOf(segments: number): RegExp {
  return new RegExp(`^${Array(segments).fill(SEGMENT).join("\\.")}$`);
}
