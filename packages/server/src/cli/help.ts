import { SETTINGS, type SettingRow } from "../settings.ts";
import type { Command } from "./command.ts";
import type { Paint } from "./output.ts";

/** All help is made from the tables, so that it cannot say what is not so. */
export function overview(commands: readonly Command[], paint: Paint): readonly string[] {
  return [
    "Holdfast: a secure backend for web and mobile apps, in one process.",
    "",
    paint("bold", "Usage: holdfast <command> [options]"),
    "",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    ...settingsHelp(paint),
    "",
    "Every command takes --json and --help. Exit codes: 0 fine, 1 a finding or refusal, 2 wrong use.",
  ];
}

export function commandHelp({ name, summary, positionals, options }: Command, paint: Paint): readonly string[] {
  const words = positionals.map((positional) => (positional.required ? positional.name : `[${positional.name}]`));
  const own = Object.entries(options).map(([option, { metavar, summary: says }]): [string, string] => [
    `--${option}${metavar === "" ? "" : ` ${metavar}`}`,
    says,
  ]);
  return [
    summary,
    "",
    paint("bold", ["Usage: holdfast", name, ...words, "[options]"].join(" ")),
    "",
    ...columns([
      ...positionals.map((positional): [string, string] => [positional.name, positional.summary]),
      ...own,
      ["--json", "print the result as one line of JSON"],
      ["--help", "print this"],
    ]),
    "",
    ...settingsHelp(paint),
  ];
}

function settingsHelp(paint: Paint): readonly string[] {
  const rows = Object.values<SettingRow>(SETTINGS).map(({ flag, env, metavar, summary, fallback }): [string, string] => [
    `${flag} ${metavar}`,
    `${summary} (${env}${fallback === "" ? "" : `; default: ${fallback}`})`,
  ]);
  return [paint("bold", "Settings, as flags or as environment variables:"), ...columns(rows)];
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
