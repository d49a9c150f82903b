import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A browser's program, and why its tests cannot run; `undefined` where they can. */
export interface BrowserBinary {
  readonly path: string;
  readonly missing: string | undefined;
}

/** `CHROMIUM_PATH`, or the first Chromium on PATH. */
export function chromiumBinary(environment?: NodeJS.ProcessEnv): BrowserBinary {
  return binaryOf("CHROMIUM_PATH", ["chromium", "chromium-browser", "google-chrome"], environment);
}

/** `FIREFOX_PATH`, or the first Firefox on PATH. */
export function firefoxBinary(environment?: NodeJS.ProcessEnv): BrowserBinary {
  return binaryOf("FIREFOX_PATH", ["firefox-esr", "firefox"], environment);
}

function binaryOf(
  variable: string,
  names: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): BrowserBinary {
  const { [variable]: told, PATH = "" } = environment;
  // What somebody names is what they want tested: no other takes its place.
  const candidates = told
    ? [told]
    : PATH.split(delimiter).flatMap((directory) => names.map((name) => join(directory, name)));
  const path = candidates.find((file) => isAbsolute(file) && isExecutable(file));
  if (path !== undefined) return { path, missing: undefined };
  const missing = told
    ? `${variable} is no program: ${told}`
    : `no ${names.join(", ")} on PATH (set ${variable})`;
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
