#!/usr/bin/env node
// The command line. Plain JavaScript, so that an older Node can start it and hand over to the right one.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, findNode, RUNTIME_FLAGS, runNode } from "./runtime.mjs";

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const cloneRoot = resolve(packageFolder, "../..");
// In a clone the sources run as they are; a published package carries them built.
const main = ["src/main.ts", "dist/main.js"].map((file) => join(packageFolder, file)).find((file) => existsSync(file));
const root = existsSync(join(cloneRoot, "node_modules")) ? cloneRoot : packageFolder;

try {
  if (main === undefined) fail("This installation of holdfast is not whole: its main file is missing.");
  runNode({ node: findNode(root), args: [...RUNTIME_FLAGS, main, ...process.argv.slice(2)], root });
} catch (error) {
  fail(error.message);
}
