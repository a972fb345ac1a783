/** What people make of the codes of the system. */
const SENTENCES: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "it is not there"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["EISDIR", "it is a folder; a folder is read as folder/*.conf"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
]);

/** Why a file or folder could not be read, for people. */
export function reason(error: unknown): string {
  return SENTENCES.get(codeOf(error)) ?? (error instanceof Error ? error.message : String(error));
}

/** A file that is there and cannot be read is no optional file: leaving its rules out would go unseen. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || code === "ENOENT" || code === "ENOTDIR";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
