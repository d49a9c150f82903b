import { describeFramework } from "./describe-framework.ts";
import { expressHarness } from "./harness/express.ts";

describeFramework(expressHarness);
