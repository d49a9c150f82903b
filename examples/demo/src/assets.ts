import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A static file. */
export interface Asset {
  /** Its path, with its version: a changed file is another address. */
  readonly href: string;
  readonly type: string;
  readonly text: string;
}

/** By path. */
export type Assets = ReadonlyMap<string, Asset>;

/** What is the same for everybody and never changes under its address. */
export const KEPT_FOR_GOOD = "public, max-age=31536000, immutable";

export const STYLE = "/style.css";
export const SCRIPT = "/client/page.js";

/** The style sheet, and the scripts of `src/client` with what they take of `@coatcheck/browser`, put into one ES module here and once. */
export async function readAssets(): Promise<Assets> {
  const style = readFileSync(new URL("style.css", import.meta.url), "utf8");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("client/page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return new Map([
    entry(STYLE, "text/css", style),
    entry(SCRIPT, "text/javascript", outputFiles[0]?.text ?? ""),
  ]);
}

function entry(path: string, type: string, text: string): [string, Asset] {
  const version = createHash("sha256").update(text).digest("base64url").slice(0, 8);
  return [path, { href: `${path}?v=${version}`, type: `${type}; charset=utf-8`, text }];
}
