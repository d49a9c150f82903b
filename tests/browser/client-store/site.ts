import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import type { SessionReport } from "@coatcheck/browser/session";
import { build } from "esbuild";

const PACKAGE = fileURLToPath(new URL("../../../packages/browser/src/", import.meta.url));

/** The path under which an application would serve the package's folder. */
export const DIST = "/node_modules/@coatcheck/browser/dist/";

/** A site whose pages have the package: as `globalThis.coatcheck`, and as the files that its build makes. */
export class Site {
  readonly #files = new Map<string, string>();
  readonly #pages = new Map<string, string>([
    ["/", `<!doctype html><title>shop</title><script type="module" src="/page.js"></script>`],
    ["/blank", "<!doctype html><title>nothing</title>"],
  ]);

  static async of(): Promise<Site> {
    const site = new Site();
    const options = {
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
    } as const;
    const page = fileURLToPath(new URL("page.ts", import.meta.url));
    const [tests, dist] = await Promise.all([
      build({ ...options, entryPoints: [page], outdir: "/" }),
      build({
        ...options,
        entryPoints: ["index", "encrypted", "session"].map((name) => `${PACKAGE}${name}.ts`),
        splitting: true,
        outdir: DIST,
      }),
    ]);
    for (const { path, text } of [...tests.outputFiles, ...dist.outputFiles]) {
      site.#files.set(path, text);
    }
    return site;
  }

  /** The path of a page with this text. */
  add(html: string): string {
    const path = `/page-${this.#pages.size}`;
    this.#pages.set(path, html);
    return path;
  }

  readonly listener: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://any");
    if (pathname === "/session") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(endingSession()));
      return;
    }
    const script = this.#files.get(pathname);
    const page = this.#pages.get(pathname);
    response.statusCode = (script ?? page) === undefined ? 404 : 200;
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? page);
  };
}

/** What the endpoint says of somebody who has a minute left. */
function endingSession(): SessionReport {
  const now = Date.now();
  return { signedIn: true, userId: "ann", resumed: false, expiresAt: now + 60_000, now };
}
