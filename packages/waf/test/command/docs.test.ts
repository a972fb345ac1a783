import { equal } from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../../src/command/commands.ts";
import { DOCS } from "../docs.ts";

test("The firewall's documents list every command with its options", () => {
  for (const { name, options } of COMMANDS) {
    const [, said = ""] = new RegExp(`^\\| \`${name}(?: [^\`]*)?\` \\| [^|]* \\| ([^|]*) \\|$`, "m").exec(DOCS) ?? [];
    const spelled = options.map((option) => `\`--${option.name}${option.value === undefined ? "" : ` ${option.value}`}\``);
    equal(said, spelled.join(", "), name);
  }
});
