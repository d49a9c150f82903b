import { describeFramework } from "./describe-framework.ts";
import { fastifyHarness } from "./harness/fastify.ts";
import { nodeHttp } from "./harness/node-http.ts";
import { networkStores } from "./network-stores.ts";

/** The two frameworks whose gates differ most stand for all. */
const NETWORK = await networkStores();

describeFramework(nodeHttp, undefined, NETWORK);
describeFramework(fastifyHarness, undefined, NETWORK);
