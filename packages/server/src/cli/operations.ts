import type { App } from "../app.ts";
import { advisoryOperations } from "./advisory-operations.ts";
import { backupOperations } from "./backup-operations.ts";
import type { Operations } from "./contract.ts";
import { incidentOperations } from "./incident-operations.ts";
import { keyOperations } from "./key-operations.ts";
import { subjectOperations } from "./subject-operations.ts";
import { trailOperations } from "./trail-operations.ts";

/** All that the operator can have the app do, for the control socket and for commands that open the folder themselves. */
export function createOperations(app: App): Operations {
  return {
    ...trailOperations(app),
    ...backupOperations(app),
    ...advisoryOperations(app),
    ...keyOperations(app),
    ...subjectOperations(app),
    ...incidentOperations(app),
  };
}
