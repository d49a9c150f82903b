/** Shorter than any secret, which has 43 characters, and than what a message would be. */
const NAME = /^[\w.-]{1,32}$/;

/** The semantic conventions' `error.type`: the code or class of an error, never its message, which may hold what was to be stored. */
export function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  const named = [code, name].find((it) => typeof it === "string" && NAME.test(it));
  return (named as string | undefined) ?? "_OTHER";
}
