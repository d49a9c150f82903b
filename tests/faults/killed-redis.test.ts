import { redisBinary } from "../servers/binaries.ts";
import { describeServer } from "../servers/describe.ts";
import { startRedis } from "../servers/redis.ts";
import { drivers } from "../services/drivers.ts";
import { describeKilled } from "./describe-killed.ts";

describeServer(redisBinary(), "an own Redis", () => {
  for (const driver of [drivers.nodeRedis, drivers.ioredis]) {
    describeKilled(driver, () => startRedis({ appendonly: "always" }));
  }
});
