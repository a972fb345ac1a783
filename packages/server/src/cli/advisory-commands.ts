import type { Command } from "./command.ts";

export const advisoriesCommand: Command = {
  name: "advisories",
  summary: "Compare what is installed and loaded with known advisories.",
  positionals: [],
  options: {},
  // A running server has a source of its own; what is named here is asked instead, this once.
  run: ({ operate, settings: { advisories } }) => operate("advisories.check", advisories === undefined ? {} : { source: advisories }),
};
