import assert from "node:assert/strict";
import { test } from "node:test";
import { createOperators } from "../../src/operator/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { TRANSFORMS } from "../../src/transform/index.ts";
import { DOCS } from "../docs.ts";
import { SUITES as TRANSFORM_SUITES } from "../transform/exceptions.ts";
import { context } from "./build.ts";
import { SUITES } from "./exceptions.ts";

/** The cells of the rows under a heading, up to the next one. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = DOCS.split(/^#{2,3} /m).find((each) => each.startsWith(`${heading}\n`)) ?? assert.fail(`no section ${heading}`);
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| name ") && !line.startsWith("| suite "))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function sorted(names: readonly string[]): readonly string[] {
  return names.toSorted((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
}

test("The firewall's documents list every transformation", () => {
  assert.deepEqual(
    rowsUnder("Transformations").map(([name]) => name),
    sorted(TRANSFORMS.map(({ name }) => `\`${name}\``)),
  );
});

test("The firewall's documents list every operator, and of those that are refused the reason", () => {
  const rows = rowsUnder("Operators");
  assert.deepEqual(sorted(rows.map(([name = ""]) => name)), sorted(createOperators().map(({ name }) => `\`${name}\``)));
  for (const { name, build } of createOperators()) {
    const [, said = ""] = rows.find(([cell]) => cell === `\`${name}\``) ?? [];
    const reason = refusal(() => build("x", context(false)));
    if (reason !== undefined) assert.equal(said, reason, name);
  }
});

test("The firewall's documents give the reason for every exception", () => {
  const expected = [...SUITES, ...TRANSFORM_SUITES].flatMap(({ title, exceptions }) =>
    exceptions.map(({ name, reason }) => [title, `\`${name}\``, reason]),
  );
  assert.deepEqual(
    rowsUnder("Exceptions")
      .map((row) => row.join(" | "))
      .toSorted(),
    expected.map((row) => row.join(" | ")).toSorted(),
  );
});

/** What an operator says that is refused whatever its argument is. */
function refusal(build: () => unknown): string | undefined {
  try {
    build();
  } catch (cause) {
    if (!(cause instanceof RuleProblem)) throw cause;
    return cause.message.split("cannot be used: ")[1];
  }
  return undefined;
}
