// The command line: finds the command, reads its options, and turns what is thrown into a sentence and an exit code.
import { buffer } from "node:stream/consumers";
import { didYouMean, RuleProblem } from "../rule/index.ts";
import { readArguments } from "./arguments.ts";
import { COMMANDS } from "./commands.ts";
import { type Command, type Console, UsageProblem } from "./contract.ts";
import { FtwProblem } from "./ftw-contract.ts";
import { helpFor, helpHint, overview } from "./help.ts";
import { systemSentence } from "./system-sentence.ts";

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;
const EXIT_BROKEN = 70;

process.exitCode = await run(process.argv.slice(2), createConsole());

async function run(args: readonly string[], console: Console): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return help(rest[0], console);
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((one) => one.name);
    return misuse(`There is no command ${name}${didYouMean(name, names)}.`, console);
  }
  if (rest.includes("--help") || rest.includes("-h")) return help(name, console);
  try {
    return await command.run(readArguments(command, rest), console);
  } catch (error) {
    return failure(error, command, console);
  }
}

function help(name: string | undefined, console: Console): number {
  const command = COMMANDS.find((one) => one.name === name);
  console.print(command === undefined ? overview(COMMANDS) : helpFor(command));
  return 0;
}

function misuse(sentence: string, console: Console): number {
  console.complain(`${sentence}\n\n${overview(COMMANDS)}`);
  return EXIT_USAGE;
}

/** Expected faults are one sentence; anything else is a bug of ours, and shows where it happened. */
function failure(error: unknown, command: Command, console: Console): number {
  if (error instanceof UsageProblem) {
    console.complain(`${error.message}\n${helpHint(command)}`);
    return EXIT_USAGE;
  }
  const expected = error instanceof RuleProblem || error instanceof FtwProblem ? error.message : systemSentence(error);
  if (expected !== undefined) {
    console.complain(expected);
    return EXIT_FOUND;
  }
  console.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT_BROKEN;
}

function createConsole(): Console {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    },
    stopped: stop.signal,
    readInput: () => buffer(process.stdin),
  };
}
