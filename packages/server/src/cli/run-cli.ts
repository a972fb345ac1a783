import { parseArgs } from "node:util";
import { isFault } from "../kit/index.ts";
import { readSettings, SETTINGS, type SettingRow } from "../settings.ts";
import { asReply } from "./args.ts";
import { type Call, type Command, UsageError } from "./command.ts";
import type { App, Io, Reply, Wiring } from "./contract.ts";
import { commandHelp, overview } from "./help.ts";
import { createOutput, type Output } from "./output.ts";
import { serveCommand } from "./serve-command.ts";

const EXIT = { fine: 0, refused: 1, misused: 2 } as const;

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** Runs one command line, without `node` and the script, and gives its exit code. Never throws. */
export async function runCli(argv: readonly string[], io: Io, wiring: Wiring): Promise<number> {
  const output = createOutput(io, argv.includes("--json"));
  try {
    return await runOne(argv, io, wiring, output);
  } catch (error) {
    output.fail(error);
    return isMisuse(error) ? EXIT.misused : EXIT.refused;
  }
}

async function runOne(argv: readonly string[], io: Io, wiring: Wiring, output: Output): Promise<number> {
  const [first] = argv;
  if (first === "help" || ((first === undefined || first.startsWith("-")) && argv.includes("--help"))) {
    output.text(overview(await loadCommands(), output.paint));
    return EXIT.fine;
  }
  const { command, rest } = await findCommand(argv);
  const { values, positionals } = parse(command, rest);
  if (values["help"] === true) {
    output.text(commandHelp(command, output.paint));
    return EXIT.fine;
  }
  const { settings, said } = readSettings({ flags: textsOnly(values), env: io.env, cwd: io.cwd });
  if (command === serveCommand) return wiring.serve(settings, io);
  const call: Call = {
    settings,
    said,
    io,
    wiring,
    positional: (name) => positionals[command.positionals.findIndex((positional) => positional.name === name)],
    text: (option) => textOf(values[option]),
    texts: (option) => textList(values[option]),
    isSet: (option) => values[option] === true,
    operate: (operation, args) => operate({ settings, wiring, output }, operation, args),
    progress: output.progress,
  };
  const reply = await command.run(call);
  output.reply(reply);
  return reply.exit;
}

/** The server alone is started without a look at the table: what the other commands need is not loaded on its way. */
async function loadCommands(): Promise<readonly Command[]> {
  return (await import("./commands.ts")).COMMANDS;
}

/** Two words win over one; without any, the server is served. */
async function findCommand(argv: readonly string[]): Promise<{ readonly command: Command; readonly rest: readonly string[] }> {
  const [first, second] = argv;
  if (first === undefined || first.startsWith("-")) return { command: serveCommand, rest: argv };
  if (first === serveCommand.name) return { command: serveCommand, rest: argv.slice(1) };
  const COMMANDS = await loadCommands();
  const two = COMMANDS.find(({ name }) => name === `${first} ${second ?? ""}`);
  if (two !== undefined) return { command: two, rest: argv.slice(2) };
  const one = COMMANDS.find(({ name }) => name === first);
  if (one !== undefined) return { command: one, rest: argv.slice(1) };
  const family = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => `holdfast ${name}`);
  if (family.length > 0) throw new UsageError(`Say which: ${family.join(", ")}.`);
  throw new UsageError(`There is no command ${first}. Run \`holdfast --help\` for the list.`);
}

function parse(command: Command, args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  const options: Record<string, { type: "string" | "boolean"; multiple?: boolean }> = {
    json: { type: "boolean" },
    help: { type: "boolean" },
    ...Object.fromEntries(Object.values<SettingRow>(SETTINGS).map(({ name }) => [name, { type: "string" as const }])),
    ...Object.fromEntries(Object.entries(command.options).map(([name, { type, multiple = false }]) => [name, { type, multiple }])),
  };
  const parsed = parseOrExplain(command, args, options);
  const required = command.positionals.filter((positional) => positional.required);
  if (parsed.values["help"] === true) return parsed;
  const missing = required[parsed.positionals.length];
  if (missing !== undefined)
    throw new UsageError(`${missing.name} is missing: ${missing.summary}. Run \`holdfast ${command.name} --help\`.`);
  if (parsed.positionals.length > command.positionals.length) {
    throw new UsageError(
      `"${parsed.positionals[command.positionals.length]}" is one word too many. Run \`holdfast ${command.name} --help\`.`,
    );
  }
  return parsed;
}

function parseOrExplain(
  command: Command,
  args: readonly string[],
  options: Record<string, { type: "string" | "boolean"; multiple?: boolean }>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!(error instanceof Error) || !code.startsWith("ERR_PARSE_ARGS")) throw error;
    const [sentence] = error.message.split(". ");
    throw new UsageError(`${sentence}. Run \`holdfast ${command.name} --help\` for what it takes.`);
  }
}

async function operate(
  { settings, wiring, output }: { readonly settings: Call["settings"]; readonly wiring: Wiring; readonly output: Output },
  operation: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  try {
    return asReply(await wiring.ask(settings, operation, args, output.progress));
  } catch (error) {
    if (!isFault(error, "server.absent")) throw error;
  }
  await using app: App = await wiring.openApp(settings);
  const run = Object.hasOwn(app.operations, operation) ? app.operations[operation] : undefined;
  if (run === undefined) throw new UsageError("This command needs a running server. Start it with `holdfast serve`.");
  // Awaited here: the app stays open until the work is done.
  return await run(args, output.progress);
}

function isMisuse(error: unknown): boolean {
  return error instanceof UsageError || isFault(error, "settings.invalid");
}

function textsOnly(values: Values): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: Values[string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textList(value: Values[string]): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
