/** `<id>.<secret>`: a handle, and what proves that it is yours. */
export interface TicketAnatomy {
  readonly kind: "store";
  readonly id: string;
  /** Characters of the secret, which stays unsaid. */
  readonly secret: number;
}

export function ticketAnatomy(token: string): TicketAnatomy | undefined {
  const [id, secret] = token.split(".");
  return id && secret ? { kind: "store", id, secret: secret.length } : undefined;
}
