import * as mariadb from "../services/mysql.ts";
import * as pg from "../services/postgres.ts";
import { describeWith } from "../services/services.ts";
import { describeLimit } from "./describe-limit.ts";

const postgres = await pg.postgres();
describeWith(postgres.service, "one Postgres", () => {
  describeLimit("pg", async () => {
    const name = pg.uniqueName();
    const remove = () => pg.dropTable(postgres.pool, name);
    return { urls: [postgres.service.url], name, remove };
  });
});

const mysql = await mariadb.mysql();
describeWith(mysql.service, "one MariaDB", () => {
  describeLimit("mysql2", async () => {
    const name = mariadb.uniqueName();
    const remove = () => mariadb.dropTable(mysql.pool, name);
    return { urls: [mysql.service.url], name, remove };
  });
});
