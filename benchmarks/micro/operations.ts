import type { Operation } from "./operation.ts";
import { parts } from "./parts.ts";
import { requests } from "./requests.ts";
import { responses } from "./responses.ts";

export async function operations(): Promise<Operation[]> {
  return [...parts(), ...(await requests()), ...(await responses())];
}
