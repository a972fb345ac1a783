import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fits, openWorld, parseTranscript, writeFiles } from "./transcript.ts";

/** The root key that the first start has made, named by the instance. */
function rootFile(world: string): string {
  const keys = join(world, "keys", "holdfast");
  return join(keys, readdirSync(keys).find((name) => name.endsWith(".root")) ?? "");
}

const folder = join(import.meta.dirname, "testdata");

for (const name of readdirSync(folder).filter((file) => file.endsWith(".txt"))) {
  test(`Holdfast prints what ${name} says`, async () => {
    const { files, steps } = parseTranscript(readFileSync(join(folder, name), "utf8"));
    assert.ok(steps.length > 0);
    await using world = await openWorld();
    await writeFiles(world.folder, files);
    const inDir = (text: string): string => text.replaceAll("{dir}", world.folder).replaceAll("{root}", () => rootFile(world.folder));
    for (const step of steps) {
      const env = Object.fromEntries(Object.entries(step.env).map(([key, value]) => [key, inDir(value)]));
      const { printed, exit } = await world.run({ args: step.args.map(inDir), env, stdin: step.stdin });
      const expected = step.expected.map(inDir);
      if (!fits(printed, expected)) assert.deepEqual(printed, expected, `${name}:${step.line}`);
      assert.equal(exit, step.exit, `${name}:${step.line}\n${printed.join("\n")}`);
    }
  });
}
