import { describeWith } from "../services/services.ts";
import { describeProxied } from "./describe-proxied.ts";
import { redisReaches } from "./places.ts";

for (const { driver, service, place } of redisReaches()) {
  describeWith(service, `a network that fails: ${driver.name}`, () => {
    describeProxied(driver, place);
  });
}
