import { describeFramework } from "./describe-framework.ts";
import { coreByHand } from "./harness/core-by-hand.ts";

describeFramework(coreByHand, { "server-side": 61, token: 59 });
