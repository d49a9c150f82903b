import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };

/** Lets Node.js, which knows no decorators, load the sources of @coatcheck/nest. For modules that are imported afterwards. */
export function allowDecorators(): void {
  registerHooks({
    load(url, context, next) {
      if (!url.includes("/packages/nest/src/")) return next(url, context);
      const text = readFileSync(fileURLToPath(url), "utf8");
      const { code } = transformSync(text, { loader: "ts", format: "esm", tsconfigRaw });
      return { format: "module", source: code, shortCircuit: true };
    },
  });
}
