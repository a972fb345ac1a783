import { advisoriesCommand } from "./advisory-commands.ts";
import { auditCommand, auditHistoryCommand, auditUnwaiveCommand, auditWaiveCommand, auditWaiversCommand } from "./audit-commands.ts";
import {
  backupCommand,
  backupsFetchCommand,
  backupsListCommand,
  backupsStatusCommand,
  drillCommand,
  restoreCommand,
} from "./backup-commands.ts";
import type { Command } from "./command.ts";
import { incidentCommand } from "./incident-commands.ts";
import {
  keysCreateCommand,
  keysListCommand,
  keysRevokeCommand,
  kitConfirmCommand,
  kitShowCommand,
  operatorAddCommand,
  rotatePageCommand,
  rotateRootCommand,
} from "./key-commands.ts";
import { accessCommand, checkConfigCommand, explainCommand, initCommand } from "./plan-commands.ts";
import { serveCommand } from "./serve-command.ts";
import {
  factorKeepCommand,
  factorResetCommand,
  subjectCheckCommand,
  subjectEraseCommand,
  subjectExportCommand,
  subjectKeepCommand,
} from "./subject-commands.ts";
import { trailExportCommand, trailShowCommand, trailVerifyCommand } from "./trail-commands.ts";
import { alertsListCommand, alertsSilenceCommand, alertsTestCommand, watchCommand } from "./watch-commands.ts";

/** All there is; the help, the parsing and the dispatch read nothing else. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  initCommand,
  checkConfigCommand,
  explainCommand,
  accessCommand,
  operatorAddCommand,
  keysCreateCommand,
  keysListCommand,
  keysRevokeCommand,
  rotateRootCommand,
  rotatePageCommand,
  kitShowCommand,
  kitConfirmCommand,
  backupCommand,
  backupsStatusCommand,
  backupsListCommand,
  backupsFetchCommand,
  drillCommand,
  restoreCommand,
  advisoriesCommand,
  trailVerifyCommand,
  trailShowCommand,
  trailExportCommand,
  incidentCommand,
  subjectExportCommand,
  subjectEraseCommand,
  subjectKeepCommand,
  subjectCheckCommand,
  factorResetCommand,
  factorKeepCommand,
  auditCommand,
  auditHistoryCommand,
  auditWaiveCommand,
  auditWaiversCommand,
  auditUnwaiveCommand,
  watchCommand,
  alertsListCommand,
  alertsSilenceCommand,
  alertsTestCommand,
];
