/** A server process: `node main.ts 'fastify coatcheck-redis'`. Tells its port, then answers questions about itself. */
import { subjectNamed } from "../catalogue.ts";
import { allocated } from "./allocation.ts";
import type { Answer, Question } from "./messages.ts";

const { framework, name } = subjectNamed(process.argv[2] ?? "");
const { start } = (await import(`../servers/${framework}.ts`)) as {
  start(name: string): Promise<number>;
};
const say = (answer: Answer) => process.send?.(answer);

process.on("message", (question: Question) => {
  if (question === "usage") {
    const { user, system } = process.cpuUsage();
    say({ cpu: user + system });
  } else if (question === "allocated") {
    say({ allocated: allocated() });
  } else {
    process.exit();
  }
});
process.on("disconnect", () => process.exit());
say({ port: await start(name) });
