/** A server process: `node main.ts 'fastify coatcheck-redis'`. Tells its port, then answers questions about itself. */
import { subjectNamed } from "../catalogue.ts";
import { allocated } from "./allocation.ts";
import type { Answer, Question } from "./messages.ts";
import { Profiler } from "./profiler.ts";

const { framework, name } = subjectNamed(process.argv[2] ?? "");
const { start } = (await import(`../servers/${framework}.ts`)) as {
  start(name: string): Promise<number>;
};
const profiler = new Profiler();
const say = (answer: Answer) => process.send?.(answer);

process.on("message", (question: Question) => {
  if (question === "usage") {
    const { user, system } = process.cpuUsage();
    say({ cpu: user + system });
  } else if (question === "allocated") {
    say({ allocated: allocated() });
  } else if (question === "profiled") {
    profiler.end().then(() => say("done"));
  } else if (typeof question === "object") {
    profiler.begin(question.profile).then(() => say("done"));
  } else {
    process.exit();
  }
});
process.on("disconnect", () => process.exit());
say({ port: await start(name) });
