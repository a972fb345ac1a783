import { benchCommand } from "./bench-command.ts";
import { checkCommand } from "./check-command.ts";
import type { Command } from "./contract.ts";
import { explainCommand } from "./explain-command.ts";
import { fuzzCommand } from "./fuzz-command.ts";
import { serveCommand } from "./serve-command.ts";
import { testCommand } from "./test-command.ts";

/** All commands, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [checkCommand, testCommand, explainCommand, benchCommand, fuzzCommand, serveCommand];
