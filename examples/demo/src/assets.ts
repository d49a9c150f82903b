import { readFileSync } from "node:fs";

/** A static file. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

export type Assets = ReadonlyMap<string, Asset>;

/** By path. */
export function readAssets(): Assets {
  const text = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
  return new Map([
    ["/style.css", { type: "text/css; charset=utf-8", text: text("style.css") }],
    ["/page.js", { type: "text/javascript; charset=utf-8", text: text("live/page.js") }],
  ]);
}
