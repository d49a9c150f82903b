import { describeFramework } from "./describe-framework.ts";
import { nodeHttp } from "./harness/node-http.ts";

describeFramework(nodeHttp);
