import { describeFramework } from "./describe-framework.ts";
import { nestOnExpress } from "./harness/nest.ts";

describeFramework(nestOnExpress, { "server-side": 1, token: 1 });
