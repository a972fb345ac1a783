// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells and templates write so.
// Records that are whole files: scripts, statements, settings, pages without script, and the packages' own commands.
import type { Random } from "./random.ts";
import { NOUNS, VERBS } from "./words.ts";

type Make = (random: Random) => string;

const FILES: Readonly<Record<string, readonly string[]>> = {
  script: [
    "#!/bin/sh\nset -e\nif [ -z \"$1\" ]; then\n  echo \"usage: $0 {n}\" >&2\n  exit {i}\nfi\nfor f in \"$1\"/*.{n}; do\n  grep -q {v} \"$f\" && rm -f \"$f\"\ndone\nfind /var/tmp/{n} -mtime +{i} -delete\n",
    "#!/usr/bin/env bash\n# {v} the {n} once a night\ncd /srv/{n} || exit 1\ntar czf \"/var/backups/{n}-$(date +%F).tgz\" .\ncurl -fsS https://example.com/{n} > /dev/null\nls -1t /var/backups | tail -n +{i} | xargs -r rm --\n",
  ],
  statements: [
    "-- {n}: the first version\nCREATE TABLE {n}s (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL\n);\nINSERT INTO {n}s (id, name) VALUES ({i}, 'O''Brien');\nDROP TABLE IF EXISTS old_{n}s;\n",
    "SELECT a.id, count(*)\nFROM {n}s a\nLEFT JOIN orders b ON b.{n}_id = a.id\nWHERE a.age > {i} OR a.age = 1\nGROUP BY a.id\nHAVING count(*) > {i}\nORDER BY 2 DESC\nLIMIT 10;\n",
  ],
  settings: [
    "server {\n  listen {i};\n  root /var/www/{n};\n  location /{n}/ {\n    proxy_pass http://127.0.0.1:80{i}/;\n  }\n  error_log /var/log/nginx/{n}.log;\n}\n",
    "{\n  \"name\": \"{n}\",\n  \"engines\": { \"node\": \">={i} || ^14.17\" },\n  \"scripts\": {\n    \"build\": \"rm -rf dist && tsc -p . && cp README.md dist/\",\n    \"test\": \"node --test && npm run lint\"\n  }\n}\n",
    "<?xml version=\"1.0\"?>\n<!DOCTYPE {n} SYSTEM \"{n}.dtd\">\n<{n}>\n  <item id=\"{i}\">{v}</item>\n</{n}>\n",
  ],
  page: [
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{n}</title>\n<link rel=\"stylesheet\" href=\"../{n}.css\">\n</head>\n<body>\n<h1>{n}</h1>\n<form action=\"search\" method=\"get\"><input name=\"q\" value=\"{v}\"></form>\n<p>{v} &lt;{n}&gt; <a href=\"javascript:void(0)\">top</a></p>\n</body>\n</html>\n",
  ],
  program: [
    "<?php\n\nnamespace App;\n\n/** The {n}. */\nclass Reader\n{\n    public function {v}(string $name): string\n    {\n        return file_get_contents(__DIR__ . '/' . $name);\n    }\n}\n",
    "import os\nimport subprocess\n\ndef {v}({n}):\n    out = subprocess.run(['ls', '-la', {n}], capture_output=True)\n    if out.returncode == 0 and {n} != '' or len({n}) > {i}:\n        return out.stdout\n    raise OSError('no {n}')\n",
  ],
  commands: ["tsc && npm run {v}", "rm -rf dist && node build.js", "git push && git push --tags", "mkdir -p src/lib && cd src/lib", "./configure --prefix=/opt/{n} && make -j{i}"],
}; // biome-ignore format: one row each

const fill = (random: Random, text: string): string =>
  text
    .replaceAll("{n}", () => random.pick(NOUNS))
    .replaceAll("{v}", () => random.pick(VERBS))
    .replaceAll("{i}", () => String(random.number(90) + 10));

/** By the name of the kind. */
export const DOCUMENTS: Readonly<Record<string, Make>> = Object.fromEntries(
  Object.entries(FILES).map(([kind, texts]): [string, Make] => [kind, (random) => fill(random, random.pick(texts))]),
);
