/** What belongs to one store in the database, each as SQL names it. */
export interface Names {
  readonly table: string;
  /** One row for each lock. */
  readonly locks: string;
  // The version of a procedure changes with its code: old processes find the old one.
  readonly login: string;
  readonly end: string;
  readonly sweep: string;
}

export function namesOf(table: string): Names {
  return {
    table: `\`${table}\``,
    locks: `\`${table}_lock\``,
    login: `\`${table}_login_v1\``,
    end: `\`${table}_end_v1\``,
    sweep: `\`${table}_sweep_v1\``,
  };
}
