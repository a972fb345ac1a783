import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openApp } from "../../src/app.ts";
import { type Io, type Operations, runCli, type Wiring } from "../../src/cli/index.ts";
import { createOperations } from "../../src/cli/operations.ts";
import { askControl } from "../../src/edge/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { loadConfig } from "../../src/load-config.ts";
import { planFrom } from "../../src/model/index.ts";
import { dataPaths, type Settings } from "../../src/settings.ts";
import { checkRequestRules } from "../../src/wiring/request-rules.ts";
import { placeRoot, readRoot } from "../../src/wiring/root-key.ts";

/**
 * A transcript is what a person would see, line by line:
 * `# …` is a remark, `$ NAME=value` sets a variable, `< text` is standard input, `| text` a line of the file that `@ name` names,
 * `> …` is a command line. Then come the lines it prints, those of stderr behind `! `, and `=> code`.
 * `{*}` stands for anything within a line, `...` for any number of lines, `{dir}` for the folder that the transcript runs in, `{root}` for the root key.
 */
export interface TranscriptStep {
  readonly line: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly expected: readonly string[];
  readonly exit: number;
}

export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  run(step: Pick<TranscriptStep, "args" | "env" | "stdin">): Promise<{ readonly printed: readonly string[]; readonly exit: number }>;
}

const CONFIG = join(dirname(fileURLToPath(import.meta.url)), "testdata", "holdfast.config.ts");

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-cli-"));
  const env = { HOLDFAST_CONFIG: CONFIG, HOLDFAST_DATA: join(folder, "data"), XDG_CONFIG_HOME: join(folder, "keys") };
  return {
    folder,
    env,
    async run({ args, env: more, stdin }) {
      const printed: string[] = [];
      const collect = (mark: string) => ({
        write: (text: string): void =>
          void printed.push(
            ...text
              .replace(/\n$/, "")
              .split("\n")
              .map((line) => mark + line),
          ),
      });
      const environment = { ...env, ...more };
      const io: Io = {
        stdout: collect(""),
        stderr: collect("! "),
        readStdin: () => Promise.resolve(stdin),
        env: environment,
        cwd: folder,
        isTty: { stdin: false, stdout: false, stderr: false },
        askSecret: () => Promise.reject(new Error("Nobody is at this terminal.")),
      };
      const exit = await runCli(args, io, testWiring(environment));
      return { printed, exit };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** As main.ts wires it, without a listener. */
export function testWiring(env: Readonly<Record<string, string | undefined>>): Wiring {
  const nobody = { env, askPassphrase: undefined };
  return {
    async openApp(settings) {
      const app = await openApp({ settings, clock: systemClock, ...nobody, url: () => "https://localhost:8443" });
      const operations: Operations = createOperations(app);
      return { operations, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
    },
    serve: () => Promise.reject(new Error("No transcript serves.")),
    ask: (settings: Settings, operation, args, progress) => askControl(dataPaths(settings.data).controlSocket, operation, args, progress),
    loadPlan: async ({ config }) => planFrom(await loadConfig(config)),
    checkRules: checkRequestRules,
    readRoot: (reference) => readRoot(reference, nobody),
    placeRoot: (settings) => placeRoot({ reference: settings.rootKey, ...nobody }, "restored"),
  };
}

export function parseTranscript(text: string): { readonly files: ReadonlyMap<string, string>; readonly steps: readonly TranscriptStep[] } {
  const files = new Map<string, string>();
  const steps: TranscriptStep[] = [];
  let env: Record<string, string> = {};
  let stdin = "";
  let file = "";
  let open: { line: number; args: readonly string[]; expected: string[] } | undefined;
  for (const [at, line] of text.split("\n").entries()) {
    const [mark, rest] = [line.slice(0, 2), line.slice(2)];
    if (open !== undefined && mark === "=>") {
      steps.push({ ...open, env, stdin, exit: Number(rest) });
      [open, stdin] = [undefined, ""];
    } else if (open !== undefined) open.expected.push(line);
    else if (mark === "$ ") env = { ...env, [rest.split("=")[0] ?? ""]: rest.slice(rest.indexOf("=") + 1) };
    else if (mark === "< ") stdin += `${rest}\n`;
    else if (mark === "@ ") file = rest;
    else if (mark === "| ") files.set(file, `${files.get(file) ?? ""}${rest}\n`);
    else if (mark === "> ") open = { line: at + 1, args: words(rest).slice(1), expected: [] };
    else if (line !== "" && !line.startsWith("#")) throw new Error(`Line ${at + 1} is no line of a transcript: ${line}`);
  }
  return { files, steps };
}

function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}

/** Whether the lines are what was expected; `...` is tried with no line first. */
export function fits(printed: readonly string[], expected: readonly string[]): boolean {
  const [pattern, ...more] = expected;
  if (pattern === undefined) return printed.length === 0;
  if (pattern === "...") return fits(printed, more) || (printed.length > 0 && fits(printed.slice(1), expected));
  const [line, ...rest] = printed;
  const form = pattern.split("{*}").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return line !== undefined && new RegExp(`^${form.join(".*")}$`).test(line) && fits(rest, more);
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of files) await writeFile(join(folder, name), text);
}
