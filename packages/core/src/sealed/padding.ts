/** One byte of 0x80, then zeros up to a multiple of `multiple` (ISO/IEC 7816-4): at least one byte. */
export function pad(text: Buffer, multiple: number): Buffer {
  const padded = Buffer.alloc(Math.ceil((text.length + 1) / multiple) * multiple);
  padded.set(text);
  padded[text.length] = 0x80;
  return padded;
}

/** Undoes `pad`. Only what was authenticated comes here, so that it cannot serve as a padding oracle. */
export function unpad(padded: Buffer): Buffer | undefined {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  return padded[end] === 0x80 ? padded.subarray(0, end) : undefined;
}
