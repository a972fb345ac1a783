import { readdirSync, readFileSync } from "node:fs";

const PACKAGE = new URL("../", import.meta.url);

export const README: string = readFileSync(new URL("README.md", PACKAGE), "utf8");

/** The README and all that it leads to, in one text: what the tests hold against the code stands in one of them. */
export const DOCS: string = [
  README,
  ...readdirSync(new URL("docs/", PACKAGE))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => readFileSync(new URL(`docs/${name}`, PACKAGE), "utf8")),
].join("\n");
