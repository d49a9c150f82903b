import { describeFramework } from "./describe-framework.ts";
import { nestOnExpress } from "./harness/nest.ts";

describeFramework(nestOnExpress, 1);
