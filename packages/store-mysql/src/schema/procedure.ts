export const ID = "CHAR(22) CHARACTER SET ascii COLLATE ascii_bin";
export const USER_ID = "VARBINARY(1020)";
export const TEXT = "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

/**
 * A procedure whose work is one transaction, undone by any error. The work ends it.
 *
 * READ COMMITTED: each statement then sees what was committed before it, and not before the wait for a lock; and no locks
 * are held on gaps, which an insert could run into.
 */
export function inTransaction(head: string, declarations: string, work: string): string {
  return `${head}
SQL SECURITY INVOKER MODIFIES SQL DATA
BEGIN${declarations}
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  START TRANSACTION;${work}
END`;
}
