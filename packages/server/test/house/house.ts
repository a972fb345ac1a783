import { dirname, join, normalize } from "node:path/posix";
import {
  DOORS,
  DOORS_OF,
  FILE_POWERS,
  FLOOR,
  GUARDED_GLOBALS,
  PLAIN_MODULES,
  ROOMS,
  type Room,
  SQL,
  TOP_FILES,
  TOP_FOLDER,
} from "./doors.ts";
import { type Import, readImports } from "./imports.ts";
import { readSource, type SourceText } from "./source-text.ts";

/** What a file does that its room may not: one sentence each. `path` is relative to src. */
export function findBreaches(path: string, file: string): readonly string[] {
  const home = roomOf(path);
  const room = ROOMS[home];
  if (room === undefined) return [`${home} is no room: draw it in doors.ts first`];
  const source = readSource(file);
  return [
    ...readImports(source).flatMap((door) => judgeImport(path, home, room, door) ?? []),
    ...findGlobals(path, room, source),
    ...(home === "store" ? [] : findSql(source)),
  ];
}

function judgeImport(path: string, home: string, room: Room, door: Import): string | undefined {
  if (door.from === undefined) return FILE_POWERS[path]?.runTimeImports ? undefined : "imports what is known at run time only";
  if (door.from.startsWith("node:")) return judgeModule(room, door.from.slice("node:".length), door);
  if (!door.from.startsWith(".")) return judgePackage(room, door.from);
  return judgeRoom(path, home, room, door.from, door.isType);
}

function judgeModule(room: Room, name: string, { names, isType }: Import): string | undefined {
  const isPlain = (PLAIN_MODULES as readonly string[]).includes(name);
  if (isPlain || isType || room.modules.includes(name)) return undefined;
  const allowed = room.names?.[name];
  if (allowed !== undefined && names?.every((taken) => allowed.includes(taken))) return undefined;
  return `may not use node:${name}`;
}

function judgePackage(room: Room, from: string): string | undefined {
  const name = from.split("/").slice(0, from.startsWith("@") ? 2 : 1).join("/"); // biome-ignore format: one chain
  return room.packages.includes(name) ? undefined : `may not use the package ${name}`;
}

function judgeRoom(path: string, home: string, room: Room, from: string, isType: boolean): string | undefined {
  const target = normalize(join(dirname(path), from));
  if (target.startsWith("..")) return `leaves the house: ${from}`;
  const there = roomOf(target);
  if (there === home) return undefined;
  const isFloor = (FLOOR as readonly string[]).includes(there);
  if (isType && there === "model") return undefined;
  if (!isFloor && !room.rooms.includes(there) && !(isType && room.types.includes(there))) {
    return `may not enter ${there} (${from})`;
  }
  const isDoor = there === TOP_FILES || [...DOORS, ...(DOORS_OF[there] ?? [])].includes(target.slice(there.length + 1));
  return isDoor ? undefined : `enters ${there} beside its door (${from})`;
}

/** By a path relative to src. */
export function roomOf(path: string): string {
  const first = path.split("/")[0] ?? "";
  if (first === TOP_FOLDER) return TOP_FILES;
  return first.endsWith(".ts") && !(first in ROOMS) ? TOP_FILES : first;
}

function findGlobals(path: string, room: Room, { code }: SourceText): readonly string[] {
  const allowed = [...room.globals, ...(FILE_POWERS[path]?.globals ?? [])];
  return Object.entries(GUARDED_GLOBALS)
    .filter(([name, pattern]) => !allowed.includes(name) && !bindsItself(code, name) && pattern.test(code))
    .map(([name]) => `uses ${name}, which must come in as an argument`);
}

/** A parameter, an import or a constant of that name in the file means that name. */
function bindsItself(code: string, name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const declared = new RegExp(
    `\\b(?:const|let|function)\\s+${name}\\b|\\{[^{}]*\\b${name}\\b[^{}]*\\}\\s*(?::\\s*\\w|=>|\\))|\\(\\s*${name}\\s*[:,)]`,
  );
  return declared.test(code);
}

function findSql({ texts }: SourceText): readonly string[] {
  return [...texts.values()].filter((text) => SQL.some((words) => words.test(text))).map((text) => `speaks SQL: ${text.slice(0, 60)}`);
}
