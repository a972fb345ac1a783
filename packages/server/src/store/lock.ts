import { dirname } from "node:path";
import { Fault } from "../kit/index.ts";
import { codeOf, loadPlainDriver } from "./sqlite/driver.ts";

/** Makes a process the only owner of a folder, by a held BEGIN EXCLUSIVE: it ends with the process, however that ends. */
export async function lockFolder(path: string): Promise<AsyncDisposable> {
  const open = await loadPlainDriver();
  const connection = open(path);
  try {
    connection.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    connection.close();
    const isHeld = codeOf(cause).startsWith("SQLITE_BUSY");
    const sentence = isHeld
      ? `Another process uses the folder ${dirname(path)}. Stop it first, or ask it over its control socket.`
      : `The folder ${dirname(path)} cannot be locked.`;
    throw new Fault("store.refused", sentence, { cause });
  }
  let isHeld = true;
  return {
    [Symbol.asyncDispose]() {
      if (isHeld) connection.close();
      isHeld = false;
      return Promise.resolve();
    },
  };
}
