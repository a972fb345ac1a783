import type { Pair } from "../http/index.ts";
import type { BodyProblem, ProcessorContext, Reading } from "./contract.ts";
import { leavesMaxOf, readJsonText } from "./json.ts";
import { createNames, shapeAt } from "./json-shape.ts";

/** One JSON text a line, named `json.line_0.…`; also RFC 7464, whose texts begin with a record separator. Empty lines are skipped. */
export function readNdjson(text: string, { limits, isUtf8 }: ProcessorContext): Reading {
  const args: Pair[] = [];
  let hasDuplicateKey = false;
  let problem: BodyProblem | undefined;
  let start = 0;
  const leavesMax = leavesMaxOf(limits);
  const names = createNames();
  const shape = shapeAt("json.line_0");
  for (let line = 0; start < text.length && problem === undefined; line++) {
    const feed = text.indexOf("\n", start);
    const end = feed === -1 ? text.length : feed;
    const from = text[start] === "\x1e" ? start + 1 : start;
    const content = text.slice(from, end);
    start = end + 1;
    if (content === "" || content === "\r") continue;
    const rest = { ...limits, leavesMax: leavesMax - args.length };
    const leaves = readJsonText(content, `json.line_${line}`, { limits: rest }, shape, names);
    for (const pair of leaves.args) args.push(pair);
    hasDuplicateKey ||= leaves.hasDuplicateKey;
    problem = leaves.problem;
  }
  if (!isUtf8) problem ??= { fault: "charset", message: "The JSON text is not valid UTF-8." };
  return { args, names: names.all, ...(hasDuplicateKey ? { flags: { JSON_DUPLICATE_KEYS: "1" } } : {}), problem };
}
