/** Half the order of P-256. */
const HALF = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** Of r, and of s. */
const BYTES = 32;

/**
 * The one spelling of an ECDSA signature. With (r, s) also (r, order - s) is valid, and anyone can turn one into the other: of the
 * two only the one with the smaller s is ours, as in RFC 6979's implementations and Bitcoin's BIP 62.
 */
export function withLowS(signature: string): string {
  const bytes = Buffer.from(signature, "base64url");
  const s = lastNumber(bytes);
  if (s <= HALF) return signature;
  bytes.write((ORDER - s).toString(16).padStart(2 * BYTES, "0"), BYTES, "hex");
  return bytes.toString("base64url");
}

export function hasLowS(signature: string): boolean {
  return lastNumber(Buffer.from(signature, "base64url")) <= HALF;
}

function lastNumber(signature: Buffer): bigint {
  return BigInt(`0x${signature.subarray(BYTES).toString("hex") || "0"}`);
}
