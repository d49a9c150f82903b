import { errorNumber, execute, type MysqlValue, type Row } from "./client.ts";
import { namesOf } from "./names.ts";
import type { Settings } from "./options.ts";
import { type Statements, statementsOf } from "./statements.ts";

const NO_SUCH_TABLE = 1146;
const NO_SUCH_PROCEDURE = 1305;

/** The statements of one store, each by its name and the kind of its answer. */
export class Database {
  readonly #pool: Settings["pool"];
  readonly #table: string;
  readonly #sql: Statements;

  constructor({ pool, table }: Settings) {
    this.#pool = pool;
    this.#table = table;
    this.#sql = statementsOf(namesOf(table));
  }

  async rows(name: keyof Statements, ...values: MysqlValue[]): Promise<readonly Row[]> {
    return (await this.#execute(name, values)) as Row[];
  }

  /** The one row with which a procedure answers; the server's own word on the call follows it. */
  async call(name: keyof Statements, ...values: MysqlValue[]): Promise<Row> {
    const [[row]] = (await this.#execute(name, values)) as [[Row], unknown];
    return row;
  }

  /** How many rows were found. */
  async found(name: keyof Statements, ...values: MysqlValue[]): Promise<number> {
    return ((await this.#execute(name, values)) as { affectedRows: number }).affectedRows;
  }

  async #execute(name: keyof Statements, values: MysqlValue[]): Promise<unknown> {
    try {
      return await execute(this.#pool, this.#sql[name], values);
    } catch (error) {
      const number = errorNumber(error);
      if (number !== NO_SUCH_TABLE && number !== NO_SUCH_PROCEDURE) throw error;
      throw new Error(
        `table ${this.#table} or its procedures are missing: run setup() of the mysqlStore once, before its first use`,
        { cause: error },
      );
    }
  }
}
