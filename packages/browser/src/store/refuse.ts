import { ClientStoreError } from "../errors.ts";

/** A wrong option: its name, and what it has to be. */
export function refuse(option: string, rule: string): never {
  throw new ClientStoreError("config", `${option} ${rule}`, { option });
}
