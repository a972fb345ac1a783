import type { Command } from "./command.ts";

export const advisoriesCommand: Command = {
  name: "advisories",
  summary: "Compare what is installed and loaded with known advisories.",
  positionals: [],
  options: {},
  run: ({ operate }) => operate("advisories.check", {}),
};
