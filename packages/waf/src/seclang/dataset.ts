import { RuleProblem, type RuleSet, type Source } from "../rule/index.ts";
import type { Draft } from "./draft.ts";
import { excerpt } from "./words.ts";

/** Before the name of a dataset where operators ask for their data. */
const DATASET = "dataset:";

/** A data reader that knows the datasets of the rule text as well. */
export function withDatasets(readData: RuleSet["readData"], datasets: ReadonlyMap<string, string>): RuleSet["readData"] {
  return (name, from) => {
    if (!name.startsWith(DATASET)) return readData(name, from);
    const text = datasets.get(name.slice(DATASET.length));
    if (text !== undefined) return text;
    throw new RuleProblem(`found no dataset ${excerpt(name.slice(DATASET.length))}; expected the name of a SecDataset`, from);
  };
}

/** SecDataset NAME `…`: phrases or addresses, one on each line (Coraza). A later one of the same name takes the place of the first. */
export function addDataset(draft: Draft, text: string, source: Source): void {
  const found = /^\s*(?:"([^"]+)"|([^\s"`]+))\s+`([^`]*)`\s*$/.exec(text);
  const name = found?.[1] ?? found?.[2];
  if (found === null || name === undefined) {
    draft.problems.add(source, `SecDataset: found ${excerpt(text.trim())}; expected a name, and lines between two backticks`);
    return;
  }
  const lines = (found[3] ?? "").split("\n").map((line) => line.trim());
  draft.datasets.set(name, lines.join("\n"));
}
