import type { SessionStore } from "@coatcheck/core";

/** The methods that are calls of the store: what else one has is passed on as it is. */
const OPERATIONS: Readonly<Record<keyof SessionStore, (answer: unknown) => string>> = {
  read: (answer) => (answer === undefined ? "none" : "found"),
  create: written,
  update: written,
  touch: written,
  destroy: (answer) => (answer === true ? "ok" : "gone"),
  listByUser: () => "ok",
  destroyByUser: () => "ok",
  sweep: () => "ok",
  announce: () => "ok",
  watch: () => "ok",
  close: () => "ok",
};

export type Operation = keyof typeof OPERATIONS;
export const operations = Object.keys(OPERATIONS) as readonly Operation[];

/** What a call came to, in a word of few. */
export function outcomeOf(operation: Operation, answer: unknown): string {
  return OPERATIONS[operation](answer);
}

const WORDS: readonly unknown[] = ["ok", "stale", "gone", "full", "exists"];

function written(answer: unknown): string {
  if (typeof answer === "object" && answer !== null) return "evicted";
  // A store that breaks its contract may say anything.
  return WORDS.includes(answer) ? (answer as string) : "_OTHER";
}

/** The session that a call is about. */
export function sessionOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  return (argument as { readonly id?: string } | undefined)?.id;
}
