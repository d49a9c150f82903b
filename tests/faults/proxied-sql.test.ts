import { describeWith } from "../services/services.ts";
import { describeProxied } from "./describe-proxied.ts";
import { sqlReaches } from "./places.ts";

for (const { driver, service, place } of await sqlReaches()) {
  describeWith(service, `a network that fails: ${driver.name}`, () => {
    describeProxied(driver, place);
  });
}
