import { redisBinary } from "../servers/binaries.ts";
import { startRedis } from "../servers/redis.ts";
import { drivers } from "../services/drivers.ts";
import { describeWith } from "../services/services.ts";
import { describeKilled } from "./describe-killed.ts";

describeWith(redisBinary(), "an own Redis", () => {
  for (const driver of [drivers.nodeRedis, drivers.ioredis]) {
    describeKilled(driver, () => startRedis({ appendonly: "always" }));
  }
});
