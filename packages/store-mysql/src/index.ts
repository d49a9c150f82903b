export type { SqlStoreOptions } from "@coatcheck/sql";
export type { MysqlConnection, MysqlPool, MysqlQuery, MysqlValue } from "./client.ts";
export type { MysqlSchemaOptions, MysqlStoreOptions } from "./options.ts";
export { mysqlSchema } from "./schema/schema.ts";
export { type MysqlStore, mysqlStore } from "./store.ts";
