import { readGraphqlMembers } from "../../body/index.ts";
import type { Pair } from "../../http/index.ts";
import { type Entry, entry, fromPairs, namesOf } from "../entry.ts";
import type { State } from "../state.ts";
import type { Variable, VariableTable } from "./contract.ts";
import { collection, optional, scalar } from "./make.ts";

/** What the body processors report, each "0" unless they say otherwise. */
const FLAGS = [
  "MULTIPART_BOUNDARY_QUOTED",
  "MULTIPART_BOUNDARY_WHITESPACE",
  "MULTIPART_CRLF_LF_LINES",
  "MULTIPART_DATA_AFTER",
  "MULTIPART_DATA_BEFORE",
  "MULTIPART_FILE_LIMIT_EXCEEDED",
  "MULTIPART_HEADER_FOLDING",
  "MULTIPART_INVALID_HEADER_FOLDING",
  "MULTIPART_INVALID_PART",
  "MULTIPART_INVALID_QUOTING",
  "MULTIPART_LF_LINE",
  "MULTIPART_MISSING_SEMICOLON",
  "MULTIPART_SEMICOLON_MISSING",
  "MULTIPART_STRICT_ERROR",
  "MULTIPART_UNMATCHED_BOUNDARY",
];

/** Arguments, files, and what else the body says. */
export const BODY_VARIABLES: VariableTable = {
  ...Object.fromEntries(FLAGS.map((name) => [name, flag(name)])),
  ARGS: collection("body", (state) => join(state.list("ARGS_GET"), state.list("ARGS_POST"))),
  ARGS_COMBINED_SIZE: scalar("body", (state) => String(combinedSize(state.list("ARGS")))),
  ARGS_GET: collection("head", (state) => fromPairs(withDocuments(state))),
  ARGS_GET_NAMES: collection("head", (state) => namesOf(state.list("ARGS_GET")), "kept"),
  ARGS_NAMES: collection("body", (state) => join(state.list("ARGS_GET_NAMES"), state.list("ARGS_POST_NAMES")), "kept"),
  ARGS_POST: collection("body", (state) => fromPairs(state.bodyFacts?.args ?? [])),
  ARGS_POST_NAMES: collection("body", (state) => [...namesOf(state.list("ARGS_POST")), ...listNames(state.list("ARGS_POST"))], "kept"),
  // Not of ModSecurity: a document of thousands of members has a few names, and what is true of one of them is true of its like.
  BODY_NAMES: collection("body", bodyNames, "kept"),
  // Nor this one: what would otherwise pass unseen, because nobody could read it.
  BODY_UNREAD: optional("body", unread),
  FILES: collection("body", (state) => files(state, (file) => file.fileName)),
  FILES_COMBINED_SIZE: scalar("body", (state) => String((state.bodyFacts?.files ?? []).reduce((sum, file) => sum + file.bytes, 0))),
  FILES_NAMES: collection("body", (state) => files(state, (file) => file.field)),
  FILES_SIZES: collection("body", (state) => files(state, (file) => String(file.bytes))),
  FILES_TMP_CONTENT: collection("body", (state) => files(state, (file) => file.content)),
  // Uploads never touch the disk here.
  FILES_TMPNAMES: collection("body", () => []),
  INBOUND_DATA_ERROR: scalar("body", (state) => (state.isBodyCut ? "1" : "0")),
  MULTIPART_FILENAME: collection("body", (state) => files(state, (file) => file.fileName)),
  MULTIPART_NAME: collection("body", (state) => files(state, (file) => file.field)),
  MULTIPART_PART_HEADERS: collection("body", (state) => fromPairs(state.bodyFacts?.partHeaders ?? [])),
  REQBODY_ERROR: scalar("body", (state) => (state.bodyFacts?.error === undefined ? "0" : "1")),
  REQBODY_ERROR_MSG: scalar("body", (state) => state.bodyFacts?.error ?? ""),
  REQBODY_PROCESSOR: scalar("always", processor),
  REQBODY_PROCESSOR_ERROR: scalar("body", (state) => (state.bodyFacts?.error === undefined ? "0" : "1")),
  REQBODY_PROCESSOR_ERROR_MSG: scalar("body", (state) => state.bodyFacts?.error ?? ""),
  REQUEST_BODY: scalar("body", (state) => state.bodyFacts?.text ?? ""),
  REQUEST_BODY_LENGTH: scalar("body", (state) => String(state.bodyBytes)),
  // The body as it came, whatever reads it (reference manual); RESPONSE_BODY has its like in STREAM_OUTPUT_BODY.
  STREAM_INPUT_BODY: scalar("body", (state) => state.bodyFacts?.raw ?? ""),
  URLENCODED_ERROR: scalar("body", (state) => (state.target.hasInvalidEscape ? "1" : (state.bodyFacts?.flags["URLENCODED_ERROR"] ?? "0"))),
  XML: collection("body", xml),
};

function flag(name: string): Variable {
  return scalar("body", (state) => state.bodyFacts?.flags[name] ?? "0");
}

/** The arguments of the target, and those of a GraphQL document among them. */
function withDocuments({ target, settings }: State): readonly Pair[] {
  const { argumentsMax, requestBodyJsonDepthMax: depthMax } = settings;
  const found = readGraphqlMembers(target.args, { argumentsMax, depthMax });
  return found.length === 0 ? target.args : [...target.args, ...found];
}

/** Empty where nobody reads the body: rules ask whether it is one of those they know. */
/** The body as it came, where no processor knew its type or the one that did could not read it to its end. */
function unread({ bodyFacts }: State): string | undefined {
  if (bodyFacts === undefined || bodyFacts.raw === "") return undefined;
  const isRead = bodyFacts.processor !== "NONE" || bodyFacts.isWhole;
  return isRead && bodyFacts.error === undefined ? undefined : bodyFacts.raw;
}

function processor(state: State): string {
  const name = state.bodyFacts?.processor ?? state.controls.bodyProcessor;
  return name === undefined || name === "NONE" ? "" : name;
}

function join(one: readonly Entry[], other: readonly Entry[]): readonly Entry[] {
  if (other.length === 0) return one;
  return one.length === 0 ? other : [...one, ...other];
}

/**
 * The members of a JSON list are named after their place (`json.tags.array_0`). Rules that look at the end of a name are to see the list's
 * own name as well, which other engines give to its members.
 */
function listNames(entries: readonly Entry[]): readonly Entry[] {
  const names = new Set<string>();
  for (const { key } of entries) {
    const end = key.lastIndexOf(".array_0");
    if (end > 0) names.add(key.slice(0, end));
  }
  return [...names].map((name) => entry(name, name));
}

/** Each name once, those of the members of a list by that of the first. */
function bodyNames(state: State): readonly Entry[] {
  const names = state.bodyFacts?.names;
  return names === undefined ? namesOf(state.list("ARGS_POST")) : names.map((name) => entry(name, name));
}

function combinedSize(entries: readonly Entry[]): number {
  let size = 0;
  for (const { key, value } of entries) size += key.length + value.length;
  return size;
}

function files(state: State, value: (file: NonNullable<State["bodyFacts"]>["files"][number]) => string): readonly Entry[] {
  return (state.bodyFacts?.files ?? []).map((file) => entry(file.field, value(file)));
}

/** The two paths that can be asked for (see XML_PATHS) are the keys. */
function xml(state: State): readonly Entry[] {
  const found = state.bodyFacts?.xml;
  if (found === undefined) return [];
  return [entry("/*", found.text), ...found.attributes.map((value) => entry("//@*", value))];
}

/** What can be asked of an XML body: all its text as one value, and the value of each attribute. */
export const XML_PATHS: readonly string[] = ["/*", "//@*"];
