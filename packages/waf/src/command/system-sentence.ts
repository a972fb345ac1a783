/** What people make of the codes of the system. */
const SENTENCES: ReadonlyMap<string, (about: string) => string> = new Map([
  ["ENOENT", (about) => `There is no ${about}.`],
  ["EACCES", (about) => `${about} may not be used: permission denied.`],
  ["EPERM", (about) => `${about} may not be used: permission denied.`],
  ["EISDIR", (about) => `${about} is a folder.`],
  ["ENOTDIR", (about) => `${about} is not a folder.`],
  ["EADDRINUSE", (about) => `${about} is in use already: another --port?`],
  ["EADDRNOTAVAIL", (about) => `${about} is no address of this machine.`],
  ["ENOTFOUND", (about) => `${about} is no known host.`],
]);

/** A file that is not there, a port that is taken: one sentence; undefined for what is no fault of the system. */
export function systemSentence(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const code: unknown = Reflect.get(error, "code");
  const sentence = SENTENCES.get(typeof code === "string" ? code : "");
  const about = subjectOf(error);
  return sentence === undefined || about === undefined ? error.message : sentence(about);
}

function subjectOf(error: Error): string | undefined {
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const address = text("address") ?? text("hostname");
  const port = text("port");
  if (address !== undefined) return port === undefined ? address : `${address.includes(":") ? `[${address}]` : address}:${port}`;
  return text("path");
}
