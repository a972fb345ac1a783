export { type Backup, type BackupNeeds, type BackupProgress, createBackup, type MadeBackup } from "./backup.ts";
export type { Manifest } from "./format.ts";
export { type Restored, type RestoreNeeds, type RestorePlaces, restoreBackup } from "./restore.ts";
