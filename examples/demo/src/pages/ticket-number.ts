/** Four digits to recognise a session by, made of its id. For people only: the id is what tells sessions apart. */
export function ticketNumber(id: string): string {
  const number = Buffer.from(id, "base64url").readUInt32BE() % 10_000;
  return String(number).padStart(4, "0");
}
