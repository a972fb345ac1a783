import { parseArgs } from "node:util";
import { didYouMean } from "../rule/index.ts";
import { type Command, type Given, UsageProblem } from "./contract.ts";

/** Reads what stands behind a command's name. Throws UsageProblem on an option that the command does not have. */
export function readArguments(command: Command, args: readonly string[]): Given {
  const options: Record<string, { type: "string" | "boolean" }> = Object.create(null);
  for (const option of command.options) options[option.name] = { type: option.value === undefined ? "boolean" : "string" };
  const { values, positionals } = parse(command, options, args);
  if (command.words === undefined && positionals.length > 0)
    throw new UsageProblem(`${command.name} takes options only, found ${positionals.join(" ")}.`);
  return {
    words: positionals,
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    has: (option) => values[option] === true,
  };
}

function parse(command: Command, options: Record<string, { type: "string" | "boolean" }>, args: readonly string[]) {
  for (const word of args) {
    if (word === "--") break;
    const name = /^--?([^=]+)/.exec(word)?.[1];
    if (name === undefined || (word.startsWith("--") && Object.hasOwn(options, name))) continue;
    throw new UsageProblem(`${command.name} has no option ${word.split("=")[0]}${didYouMean(name, Object.keys(options))}.`);
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageProblem(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number within bounds, or undefined where the option was not given. Throws UsageProblem on anything else. */
export function numberOption(given: Given, name: string, bounds: { readonly from: number; readonly to: number }): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= bounds.from && number <= bounds.to) return number;
  throw new UsageProblem(`--${name} wants a whole number from ${bounds.from} to ${bounds.to}, found ${text}.`);
}
