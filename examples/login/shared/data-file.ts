import { mkdirSync } from "node:fs";
import { join } from "node:path";

const directory = process.env.DATA_DIR ?? join(import.meta.dirname, "../.data");
mkdirSync(directory, { recursive: true });

/** The path of a database: in `DATA_DIR`, or in `.data` beside the examples. */
export function dataFile(name: string): string {
  return join(directory, name);
}
