import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A browser's program, and why its tests cannot run; `undefined` where they can. */
export interface BrowserBinary {
  readonly path: string;
  readonly missing: string | undefined;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** `CHROMIUM_PATH`, or the first Chromium on PATH. */
export function chromiumBinary(environment: NodeJS.ProcessEnv = process.env): BrowserBinary {
  const { CHROMIUM_PATH: told, PATH = "" } = environment;
  // What somebody names is what they want tested: no other takes its place.
  const candidates = told
    ? [told]
    : PATH.split(delimiter).flatMap((directory) => NAMES.map((name) => join(directory, name)));
  const path = candidates.find((file) => isAbsolute(file) && isExecutable(file));
  if (path !== undefined) return { path, missing: undefined };
  const missing = told
    ? `CHROMIUM_PATH is no program: ${told}`
    : `no ${NAMES.join(", ")} on PATH (set CHROMIUM_PATH)`;
  return { path: "", missing };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
