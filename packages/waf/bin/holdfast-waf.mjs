#!/usr/bin/env node
// The command line. Plain JavaScript, so that an older Node can start it and hand over to the right one.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNode, RUNTIME_FLAGS, runNode } from "./runtime.mjs";

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
// In a clone the sources run as they are; a published package carries them built.
const main = ["src/command/main.ts", "dist/command/main.js"].map((file) => join(packageFolder, file)).find((file) => existsSync(file));

try {
  if (main === undefined) throw new Error("This installation of holdfast-waf is not whole: its main file is missing.");
  runNode(findNode(packageFolder), [...RUNTIME_FLAGS, main, ...process.argv.slice(2)]);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
