import { postgresBinaries } from "../servers/binaries.ts";
import { describeServer } from "../servers/describe.ts";
import { startPostgres } from "../servers/postgres.ts";
import { drivers } from "../services/drivers.ts";
import { describeKilled } from "./describe-killed.ts";

describeServer(postgresBinaries(), "an own Postgres", () => {
  describeKilled(drivers.pg, () => startPostgres());
});
