import { describeFramework } from "./describe-framework.ts";
import { coreByHand } from "./harness/core-by-hand.ts";

describeFramework(coreByHand, { "server-side": 58, token: 58 });
