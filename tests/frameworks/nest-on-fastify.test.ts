import { describeFramework } from "./describe-framework.ts";
import { nestOnFastify } from "./harness/nest.ts";

describeFramework(nestOnFastify);
