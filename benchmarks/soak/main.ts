import { parseOptions, USAGE, UsageError } from "./options.ts";
import { reportOf } from "./report/report.ts";
import { soak } from "./soak.ts";

try {
  const options = parseOptions(process.argv.slice(2).filter((it) => it !== "--"));
  if (options === "help") {
    process.stdout.write(USAGE);
  } else {
    const { store, clients, processes, seed } = options;
    console.log(
      `${new URL(store).protocol}// · ${clients} clients · ${processes} processes · --seed ${seed}`,
    );
    const result = await soak(options, process.stdout);
    process.stdout.write(reportOf(result));
    process.exitCode = result.violations === 0 ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
