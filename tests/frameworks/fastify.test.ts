import { describeFramework } from "./describe-framework.ts";
import { fastifyHarness } from "./harness/fastify.ts";

describeFramework(fastifyHarness);
