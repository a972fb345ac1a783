import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** The forms in which a text could lie on a disk without being encrypted. */
function formsOf(marker: string | Uint8Array): readonly Buffer[] {
  const plain = Buffer.from(marker as string);
  const text = plain.toString("utf8");
  const base64 = plain.toString("base64").replace(/.{0,3}=*$/, "");
  return [plain, Buffer.from(text, "utf16le"), Buffer.from(plain.toString("hex")), Buffer.from(base64)].filter((form) => form.length >= 6);
}

/** Names each place where a marker lies: in the files below the folders, and in files that a process still holds though they are deleted. */
export function scan(
  markers: ReadonlyMap<string, string | Uint8Array>,
  folders: readonly string[],
  pid: number | undefined,
): readonly string[] {
  const forms = [...markers].flatMap(([name, marker]) => formsOf(marker).map((form) => ({ name, form })));
  const places = [...folders.flatMap(filesBelow), ...(pid === undefined ? [] : deletedFilesOf(pid))];
  return places.flatMap((place) => {
    const bytes = readFileSync(place);
    return forms.filter(({ form }) => bytes.includes(form)).map(({ name }) => `${name} in ${place}`);
  });
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile());
}

function deletedFilesOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => isDeletedFile(path));
}

function isDeletedFile(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("/") && readlinkSync(path).endsWith(" (deleted)");
  } catch {
    // It was closed between the listing and the look.
    return false;
  }
}
