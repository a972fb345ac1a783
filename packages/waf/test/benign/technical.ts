// Records that hold programs and markup on purpose: questions on forums, tickets, lessons, notes.
import { sentence } from "./ordinary.ts";
import type { Random } from "./random.ts";
import { KOREAN_SENTENCES, NOUNS, VERBS } from "./words.ts";

type Make = (random: Random) => string;

/** Ten languages; `{n}`, `{v}` and `{i}` are a noun, a verb and a number. */
const SNIPPETS: Readonly<Record<string, readonly string[]>> = {
  javascript: ['const {n} = items.filter((item) => item.id > {i});', 'document.getElementById("{n}").textContent = "{v}";', "setTimeout(() => {v}({n}), {i}00);", 'fetch("/api/{n}").then((r) => r.json()).catch(console.error);', "export default function {v}({ {n} }) {\n  return {n} ? {n}.name : null;\n}", "if ({n} === null || {n} < {i}) throw new Error('bad {n}');", 'console.log(`{n}: ${{n}.length}`);', "for (let i = 0; i < {i}; i++) {\n  {v}(i);\n}"],
  typescript: ["interface {n} {\n  id: number;\n  name?: string;\n}", "const map = new Map<string, Array<{n}>>();", "type {n}Props = Readonly<{ {v}: () => void }>;", "async function {v}(id: number): Promise<void> { await db.{n}.findMany({ where: { id } }); }"],
  python: ["def {v}({n}):\n    return [x for x in {n} if x > {i}]", 'print(f"{n}: {{n}!r}")', "import os\nfrom pathlib import Path\n\nPath('{n}.txt').write_text('{v}')", "with open('{n}.csv') as f:\n    for line in f:\n        {v}(line)", "assert {n} == {i}, 'wrong {n}'", "df = df[df['{n}'] > {i}].sort_values('{v}')"],
  java: ["public static void main(String[] args) {\n    System.out.println(\"{n}\");\n}", "List<String> {n} = new ArrayList<>();", "Map<Integer, List<{n}>> byId = {n}s.stream().collect(Collectors.groupingBy(x -> x.id()));", "@Override\npublic boolean equals(Object o) { return o instanceof {n} && ((({n}) o).id == id); }"],
  c: ["#include <stdio.h>\n\nint main(void) {\n    printf(\"%d\\n\", {i});\n    return 0;\n}", "for (int i = 0; i < {i}; ++i) { {n}[i] = i * 2; }", "if (p != NULL && *p == '{i}') { p++; }", "struct {n} *next = head->next;"],
  go: ["func {v}(ctx context.Context, id int) (*{n}, error) {\n\treturn nil, fmt.Errorf(\"{n} %d: %w\", id, err)\n}", "if err != nil {\n\treturn err\n}", "ch := make(chan int, {i})\ngo func() { ch <- {i} }()"],
  rust: ["fn {v}({n}: &str) -> Result<u32, Error> {\n    {n}.parse::<u32>().map_err(|e| e.into())\n}", "let v: Vec<_> = (0..{i}).filter(|x| x % 2 == 0).collect();", "println!(\"{n} = {}\", {i});", "match {n} { Some(x) if x > {i} => x, _ => 0 }"],
  sql: ["SELECT id, name FROM {n}s WHERE id = {i} ORDER BY name;", "INSERT INTO {n}s (id, name) VALUES ({i}, 'O''Brien');", "UPDATE {n}s SET {v} = TRUE WHERE id IN (1, 2, {i});", "CREATE TABLE {n}s (id INTEGER PRIMARY KEY, name TEXT NOT NULL);", "SELECT a.id, count(*) FROM {n}s a JOIN orders b ON b.{n}_id = a.id GROUP BY a.id HAVING count(*) > {i};"],
  shell: ["git commit -m \"{v} the {n}\" && git push", "docker run --rm -it -p 8080:80 {n}:latest", "npm install --save-dev {n}", "tar -czf {n}.tar.gz ./{n} && ls -la", "export PATH=$PATH:/usr/local/bin", "cat {n}.log | grep {v} | wc -l", "for f in *.txt; do echo \"$f\"; done"],
  yaml: ["services:\n  {n}:\n    image: {n}:1.{i}\n    ports:\n      - \"80{i}:80\"", "- name: {v} the {n}\n  run: npm run {v}\n  env:\n    KEY: ${{ secrets.{n} }}"],
}; // biome-ignore format: one row each

const fill = (random: Random, text: string): string =>
  text
    .replaceAll("{n}", () => random.pick(NOUNS))
    .replaceAll("{v}", () => random.pick(VERBS))
    .replaceAll("{i}", () => String(random.number(90) + 1));

const LANGUAGES = Object.keys(SNIPPETS);

function snippet(random: Random): { readonly language: string; readonly code: string } {
  const language = random.pick(LANGUAGES);
  const count = 1 + random.number(3);
  return { language, code: random.many(count, () => fill(random, random.pick(SNIPPETS[language] ?? [""]))).join("\n") };
}

/** By the name of the kind. */
export const TECHNICAL: Readonly<Record<string, Make>> = {
  code: (random) => snippet(random).code,
  fenced: (random) => {
    const { language, code } = snippet(random);
    return `${random.chance(50) ? sentence(random) : random.pick(KOREAN_SENTENCES)}\n\n\`\`\`${language}\n${code}\n\`\`\`\n\n${sentence(random)}`;
  },
  inline: (random) =>
    `How do I use \`${snippet(random).code.split("\n")[0]}\` together with \`${random.pick(VERBS)}()\`? ${sentence(random)}`,
  markdown: (random) =>
    `# ${random.pick(NOUNS)}\n\n${sentence(random)} See [the ${random.pick(NOUNS)}](https://example.com/${random.pick(NOUNS)}?a=1&b=2) and ![img](../images/${random.pick(NOUNS)}.png).\n\n- [x] ${random.pick(VERBS)}\n- [ ] **${random.pick(VERBS)}** _it_\n\n| a | b |\n|---|---|\n| 1 | \`${random.pick(NOUNS)}\` |\n\n> ${sentence(random)}`,
  html: (random) =>
    random.pick([
      `<p>${sentence(random).replaceAll("<", "&lt;")}</p><ul><li>${random.pick(NOUNS)}</li><li><a href="https://example.com/?q=${random.pick(NOUNS)}">${random.pick(VERBS)}</a></li></ul>`,
      `<h2 class="title">${random.pick(NOUNS)}</h2><img src="https://cdn.example.com/${random.pick(NOUNS)}.png" alt="${random.pick(NOUNS)}" width="100">`,
      `<div class="row"><span style="color: #f00; font-size: 12px">${random.pick(KOREAN_SENTENCES).replaceAll("<", "&lt;")}</span><br/></div>`,
      `<table><tr><td>${random.number(99)}</td><td><b>${random.pick(NOUNS)}</b></td></tr></table>`,
    ]),
  xml: (random) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<order id="${random.number(999)}"><item sku="A-${random.number(99)}">${random.pick(NOUNS)} &amp; ${random.pick(NOUNS)}</item></order>`,
  trace: (random) =>
    random.pick([
      `Traceback (most recent call last):\n  File "app.py", line ${random.number(99)}, in <module>\n    ${random.pick(VERBS)}(${random.pick(NOUNS)})\nTypeError: '${random.pick(NOUNS)}' object is not callable`,
      `java.lang.NullPointerException: Cannot invoke "String.length()" because "<local1>" is null\n\tat com.example.${random.pick(NOUNS)}.Main.${random.pick(VERBS)}(Main.java:${random.number(99)})`,
      `TypeError: Cannot read properties of undefined (reading '${random.pick(NOUNS)}')\n    at ${random.pick(VERBS)} (/app/src/${random.pick(NOUNS)}.js:${random.number(99)}:${random.number(99)})\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`,
    ]),
  pattern: (random) =>
    random.pick([
      "^[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}$",
      "(\\d{3})-(\\d{4})",
      "\\b(?:select|from)\\b",
      "[^<>]*",
      "^(?=.*[A-Z])(?=.*\\d).{8,}$",
      `/${random.pick(NOUNS)}\\/(\\w+)/gi`,
    ]),
};
