import { join } from "node:path";
import { library } from "../../scripts/tsup-library.ts";

// @coatcheck/sql is not published. Its code is bundled like that of any devDependency; its types only if the compiler finds
// them outside node_modules.
const sql = join(import.meta.dirname, "../sql/src/index.ts");

export default {
  ...library("index"),
  dts: { compilerOptions: { paths: { "@coatcheck/sql": [sql] } } },
};
