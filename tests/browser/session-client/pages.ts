import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import express, { type Router } from "express";

/** The page of these tests, with the package as `globalThis.client`. */
export async function pagesOf(): Promise<Router> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  const pages = express.Router();
  pages.get("/", (_request, response) => {
    response
      .type("html")
      .send('<!doctype html><title>shop</title><script type="module" src="/page.js"></script>');
  });
  pages.get("/page.js", (_request, response) => {
    response.type("js").send(outputFiles[0]?.text);
  });
  pages.get("/favicon.ico", (_request, response) => void response.status(204).end());
  return pages;
}
