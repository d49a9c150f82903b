import { postgresBinaries } from "../servers/binaries.ts";
import { startPostgres } from "../servers/postgres.ts";
import { drivers } from "../services/drivers.ts";
import { describeWith } from "../services/services.ts";
import { describeKilled } from "./describe-killed.ts";

describeWith(postgresBinaries(), "an own Postgres", () => {
  describeKilled(drivers.pg, () => startPostgres());
});
