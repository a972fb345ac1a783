import type { Command, CommandOption } from "./contract.ts";

const NAME = "holdfast-waf";

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    `Usage: ${NAME} COMMAND [options]`,
    "",
    ...rows,
    "",
    `${NAME} help COMMAND says more. Exit code: 0 well, 1 found, 2 asked wrongly.`,
  ].join("\n");
}

/** For whoever has asked wrongly: the sentence that says so is not to scroll away. */
export function helpHint(command: Command): string {
  return `${usageOf(command)}\n${NAME} help ${command.name} says more.`;
}

export function helpFor(command: Command): string {
  const spelled = command.options.map(spell);
  const width = Math.max(0, ...spelled.map((text) => text.length));
  const rows = command.options.map((option, index) => `  ${(spelled[index] ?? "").padEnd(width)}  ${option.summary}`);
  return [usageOf(command), "", command.summary, ...(rows.length > 0 ? ["", ...rows] : [])].join("\n");
}

function usageOf({ name, words, options }: Command): string {
  return ["Usage:", NAME, name, ...(words === undefined ? [] : [words]), ...options.map((option) => `[${spell(option)}]`)].join(" ");
}

function spell({ name, value }: CommandOption): string {
  return `--${name}${value === undefined ? "" : ` ${value}`}`;
}
