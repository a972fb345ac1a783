// npm start, npm test and all other scripts come through here: sets the tree up where that is needed, then runs the right Node.
// Plain JavaScript for Node 18, without dependencies: nothing is installed yet when it starts.
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, findNode, RUNTIME_FLAGS, runNode } from "../packages/server/bin/runtime.mjs";
import { setUp } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Tools, and the peers in bench/ that generate code to be fast, run without our flags. All else is ours. */
const TOOL_FOLDERS = ["node_modules", "scripts", "bench"];

try {
  await setUp(root);
  const args = process.argv.slice(2);
  runNode({ node: findNode(root), args: isTool(args) ? args : [...RUNTIME_FLAGS, ...args], root });
} catch (error) {
  fail(error.message);
}

function isTool(args) {
  const script = args.find((argument) => !argument.startsWith("-"));
  return !args.includes("--test") && TOOL_FOLDERS.some((folder) => resolve(script ?? "").startsWith(resolve(root, folder) + sep));
}
