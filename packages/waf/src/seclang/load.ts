import { DEFAULT_SETTINGS, type RuleSet, type Source } from "../rule/index.ts";
import { toByteString } from "../text/index.ts";
import { adaptWith, assemble, checkTogether } from "./assemble.ts";
import type { LoadNeeds, RuleFiles } from "./contract.ts";
import { createDataReader } from "./data.ts";
import { addDataset, withDatasets } from "./dataset.ts";
import { applyDirective } from "./directives.ts";
import type { Draft } from "./draft.ts";
import { besideFile, expandGlob, isGlob } from "./glob.ts";
import { createNames } from "./known.ts";
import { splitLines } from "./lines.ts";
import { applyAt } from "./places.ts";
import { createProblems } from "./problems.ts";
import { isMissing, reason } from "./reason.ts";
import { createSections } from "./sections.ts";
import { quotePath, splitWords, unescapeWord } from "./words.ts";

const FILE_BYTES_MAX = 33_554_432;
const LINE_BYTES_MAX = 1_048_576;
const FILES_MAX = 10_000;
const INCLUDE_DEPTH_MAX = 16;
const WORDS_OF_RULE = 3;

/**
 * Loads SecLang rules: reads every source, does removals and updates, and checks the whole. Throws RuleProblems with everything that is wrong,
 * each with file and line. Limits: 32 MiB a file, 1 MiB a directive, 10,000 files, includes 16 deep,
 * 100,000 rules.
 */
export function loadRules(needs: LoadNeeds): RuleSet {
  const draft = readSources(needs);
  const items = assemble(draft);
  checkTogether(items, draft);
  draft.problems.raise();
  const { settings, readData, problems, changes, names } = draft;
  const set = { items, settings: Object.freeze(settings), readData, remarks: problems.remarks };
  return changes.length === 0 ? set : { ...set, adapt: adaptWith(changes, names) };
}

/** Reads every source; removals and updates wait until all rules are there. */
export function readSources(needs: LoadNeeds): Draft {
  const files = needs.files ?? NO_FILES;
  const datasets = new Map<string, string>();
  const draft: Draft = {
    names: createNames(needs.known),
    problems: createProblems(),
    settings: DEFAULT_SETTINGS,
    readData: withDatasets(createDataReader(files), datasets),
    datasets,
    items: [],
    placed: [],
    placesFile: "",
    defaults: new Map(),
    openChain: undefined,
    changes: [],
  };
  const reader: Reader = { draft, files, open: [], filesRead: 0 };
  for (const source of needs.sources) {
    if (typeof source === "string") readMatching(reader, source, undefined, "needed");
    else readText(reader, toByteString(source.text), source.name);
  }
  return draft;
}

const NO_FILES: RuleFiles = {
  readFile: () => {
    throw new Error("no files were given to read from");
  },
  listFiles: () => [],
};

interface Reader {
  readonly draft: Draft;
  readonly files: RuleFiles;
  /** The files that are being read, the outermost first. */
  readonly open: string[];
  filesRead: number;
}

/** From the folder of the file that names it; where nothing is there, from where the process stands, as libmodsecurity looks. */
function includeFrom(reader: Reader, path: string, source: Source, whenNone: "needed" | "optional"): void {
  const beside = besideFile(path, source.file);
  const isThere = beside === path || exists(reader, beside);
  readMatching(reader, isThere || !exists(reader, path) ? beside : path, source, whenNone);
}

function exists({ files }: Reader, path: string): boolean {
  try {
    if (isGlob(path)) return expandGlob(path, files).length > 0;
    files.readFile(path);
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}

/** `source` names the file: undefined where the caller does. */
function readMatching(reader: Reader, path: string, source: Source | undefined, whenNone: "needed" | "optional"): void {
  const { problems } = reader.draft;
  if (!isGlob(path)) {
    readFile(reader, path, source, whenNone);
    return;
  }
  let paths: string[];
  try {
    paths = expandGlob(path, reader.files);
  } catch (error) {
    if (whenNone === "needed" || !isMissing(error))
      problems.add(source, `${quotePath(path)}: ${isMissing(error) ? "its folder is not there" : reason(error)}`);
    return;
  }
  if (paths.length === 0 && whenNone === "needed") problems.add(source, `${quotePath(path)} matches no file; expected one at least`);
  for (const found of paths) readFile(reader, found, source, "needed");
}

function readFile(reader: Reader, path: string, source: Source | undefined, whenNone: "needed" | "optional"): void {
  const { problems } = reader.draft;
  if (reader.open.includes(path)) problems.add(source, `${quotePath(path)} includes itself by way of ${reader.open.join(" -> ")}`);
  else if (reader.open.length >= INCLUDE_DEPTH_MAX) problems.add(source, `files include each other more than ${INCLUDE_DEPTH_MAX} deep`);
  else if (reader.filesRead >= FILES_MAX) problems.add(source, `more than ${FILES_MAX} files`);
  else {
    reader.filesRead++;
    const text = tryRead(reader, path, source, whenNone);
    if (text !== undefined) readText(reader, text, path);
  }
}

function tryRead({ files, draft }: Reader, path: string, source: Source | undefined, whenNone: "needed" | "optional"): string | undefined {
  try {
    return files.readFile(path);
  } catch (error) {
    if (whenNone === "needed" || !isMissing(error)) draft.problems.add(source, `${quotePath(path)} cannot be read: ${reason(error)}`);
    return undefined;
  }
}

function readText(reader: Reader, text: string, file: string): void {
  const { draft, open } = reader;
  if (text.length > FILE_BYTES_MAX) {
    draft.problems.add({ file, line: 1 }, `the file holds ${text.length} bytes; expected at most ${FILE_BYTES_MAX}`);
    return;
  }
  open.push(file);
  const sections = createSections(draft.problems);
  const lines = splitLines(stripMark(text), file, draft.problems.remark);
  for (const { text: line, source } of lines) {
    if (draft.problems.isFull) break;
    if (line.length > LINE_BYTES_MAX)
      draft.problems.add(source, `the directive holds ${line.length} bytes; expected at most ${LINE_BYTES_MAX}`);
    else if (line.startsWith("<")) sections.take(line, source);
    else if (sections.isSkipping) sections.pass(line, source);
    else readDirective(reader, line, source, sections.place);
  }
  sections.close();
  if (draft.openChain?.source.file === file) closeChain(draft);
  open.pop();
}

function readDirective(reader: Reader, line: string, source: Source, place: string | undefined): void {
  const { draft } = reader;
  const name = /^[^\s"']+/.exec(line)?.[0] ?? "";
  if (name.toLowerCase() === "secdataset") {
    addDataset(draft, line.slice(name.length), source);
    return;
  }
  const cut = splitWords(line.slice(name.length));
  if ("problem" in cut) {
    draft.problems.add(source, cut.problem);
    return;
  }
  const lower = name.toLowerCase();
  if (cut.unclosed !== undefined) {
    const open = `the quote that starts at ${cut.unclosed} never ends`;
    // A rule whose operator never ends has lost its actions.
    const isLost = lower === "secrule" && cut.words.length < WORDS_OF_RULE;
    if (isLost) draft.problems.add(source, `${open}; expected the same quote again, or a backslash where the line goes on`);
    else draft.problems.remark(source, `${open}: it is taken to end with the line`);
    if (isLost) return;
  }
  if (place !== undefined) {
    applyAt(draft, place, { name, words: cut.words }, source);
    return;
  }
  if (lower !== "include" && lower !== "includeoptional") {
    applyDirective(draft, name, cut.words, source);
    return;
  }
  const path = unescapeWord(cut.words[0], "text");
  if (cut.words.length !== 1 || path === "") draft.problems.add(source, `${name} has ${cut.words.length} values; expected one path`);
  else includeFrom(reader, path, source, lower === "include" ? "needed" : "optional");
}

function closeChain(draft: Draft): void {
  if (draft.openChain === undefined) return;
  draft.problems.add(draft.openChain.source, "the chain is not finished; expected one more rule behind the last one with the action chain");
  draft.openChain = undefined;
}

/** The UTF-8 byte order mark that editors put before a text. */
function stripMark(text: string): string {
  return text.startsWith("\u00ef\u00bb\u00bf") ? text.slice(3) : text;
}
