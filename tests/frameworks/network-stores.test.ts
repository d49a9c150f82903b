import { mysql } from "../services/mysql.ts";
import { postgres } from "../services/postgres.ts";
import { nodeRedis, openRedis, redis } from "../services/redis.ts";
import { describeFramework, type FrameworkStore } from "./describe-framework.ts";
import { fastifyHarness } from "./harness/fastify.ts";
import { nodeHttp } from "./harness/node-http.ts";

const clients = redis.missing ? [] : [(await nodeRedis()).client];
const pg = await postgres();
const maria = await mysql();

/** Where the answer really comes from another process. The two frameworks whose gates differ most stand for all. */
const NETWORK: readonly FrameworkStore[] = [
  { name: "Redis", missing: redis.missing, open: (clock) => openRedis(clock, clients) },
  { name: "Postgres", missing: pg.service.missing, open: (clock) => pg.open(clock) },
  { name: "MariaDB", missing: maria.service.missing, open: (clock) => maria.open(clock) },
];

describeFramework(nodeHttp, undefined, NETWORK);
describeFramework(fastifyHarness, undefined, NETWORK);
