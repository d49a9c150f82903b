import type { Operation } from "./operation.ts";
import { parts } from "./parts.ts";
import { requests } from "./requests.ts";

export async function operations(): Promise<Operation[]> {
  return [...parts(), ...(await requests())];
}
