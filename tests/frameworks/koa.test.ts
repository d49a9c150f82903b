import { describeFramework } from "./describe-framework.ts";
import { koaHarness } from "./harness/koa.ts";

describeFramework(koaHarness);
