export const frameworks = ["fastify", "koa", "express", "nest-fastify", "nest-express"] as const;
export type Framework = (typeof frameworks)[number];

/** `limit`: written by hand, only the work that no session can do without. `plugin`: by hand too, and what no plugin can do without. */
export type Kind = "bare" | "limit" | "plugin" | "peer" | "ours";
export type Storage = "none" | "memory" | "redis" | "sealed" | "sqlite";

/** A server that can be started. */
export interface Subject {
  readonly framework: Framework;
  readonly name: string;
  readonly kind: Kind;
  readonly storage: Storage;
}

/**
 * What is asked of it:
 * - `untouched` a route that does not use the session, cookie sent;
 * - `free` a route that has opted out;
 * - `read` one key; `write` one key changed;
 * - `new` the read without a cookie; `login` without a cookie;
 * - `crowd` 32 writes at a time to one session;
 * - `renewal` reads of 50 sessions whose seals are of the key before.
 */
export const workloads = [
  "untouched",
  "free",
  "read",
  "write",
  "new",
  "login",
  "crowd",
  "renewal",
] as const;
export type Workload = (typeof workloads)[number];

export function idOf({ framework, name }: Subject): string {
  return `${framework} ${name}`;
}

/** Whether a subject has anything to show there. */
export function takesPart({ kind, storage }: Subject, workload: Workload): boolean {
  if (kind === "bare") return true;
  if (workload === "free") return kind === "ours";
  if (workload === "renewal") return storage === "sealed" && kind !== "limit";
  return true;
}
