// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells and templates write so.
import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { CALL_WORDS, DOTTED_PHRASES, MARKED_PHRASES } from "../../src/detect/code/calls.ts";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { objectTraceDetector } from "../../src/detect/object/traces.ts";
import { LONE_FILES } from "../../src/detect/path/files.ts";
import { createTraceDetector, type Trace, type TraceDetector } from "../../src/detect/trace.ts";
import { ATTACK_TEXTS } from "./attack-texts.ts";

/** For rows and words that no other test has an attack for. */
const EXAMPLES: readonly string[] = [
  "process['bin'+'ding']('fs')", "global[`ev`+`al`]", 'process["mainModule"]', "global[`process`]", '[]["constructor"]["constructor"]("x")', "[][`constructor`][`constructor`](x)",
  "process.binding('fs')", "hex2bin('73797374656d')('id')", 'putenv("LD_PRELOAD=/tmp/a.so")', "Kernel.send('system','id')", "Object.const_get('Kernel', false)",
  "%x|id|", "%x!id!", "%x/id/", "%x<id>", "qx{id}", "qx[id]", "qx|id|", "qx!id!", "qx<id>", "qx'id'", "globals()['os'].system('id')", "lookup('ldap://x/a')",
  "[exec /bin/id]", '(clojure.java.shell/sh "id")', '"id" !!', "import sys.process._", "a@b.example -OQueueDirectory=/tmp", "a@b.example -Xc:\\inetpub\\a.php", '"a\\" -fmail x@b.example"',
]; // biome-ignore format: one list

const TEXTS: readonly string[] = [...ATTACK_TEXTS, ...EXAMPLES];
const LOWER: readonly string[] = TEXTS.map((text) => text.toLowerCase());
const QUOTES = ["'", '"', "`"];

function isTraceDetector(detector: object): detector is TraceDetector {
  return "traces" in detector;
}

interface Place {
  readonly text: string;
  readonly at: number;
  readonly word: string;
}

/** Where a row finds something in the texts of all tests. */
function placesOf({ words, pattern }: Trace): readonly Place[] {
  const places: Place[] = [];
  for (const text of LOWER) {
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        pattern.lastIndex = at;
        if (pattern.test(text)) places.push({ text, at, word });
      }
    }
  }
  return places;
}

/** The texts with another word of the row in the place of the one that they hold, quotes to match. */
function variantsOf(places: readonly Place[], word: string): readonly string[] {
  return places.flatMap(({ text, at, word: was }) => {
    const behind = text.slice(at + was.length);
    return [behind, ...QUOTES.map((quote) => behind.replace(/['"`]/g, quote))].map((rest) => text.slice(0, at) + word + rest);
  });
}

for (const detector of [...DETECTORS, objectTraceDetector].filter(isTraceDetector)) {
  describe(`The firewall's traces of ${detector.name} are alive:`, () => {
    for (const [index, trace] of detector.traces.entries()) {
      const places = placesOf(trace);
      test(`row ${index}, ${trace.kind}, ${JSON.stringify(trace.words[0])}`, () => {
        const isFoundBy = (word: string): boolean => {
          const alone = createTraceDetector({ name: detector.name }, 0, [{ ...trace, words: [word] }]);
          return variantsOf(places, word).some((text) => alone.find(text) !== undefined);
        };
        deepEqual(trace.words.filter((word) => !isFoundBy(word)), [], "words through which it finds nothing: an example is missing, or they are of no use"); // biome-ignore format: one line
        const isLonger = (word: string) => trace.words.some((other) => other !== word && word.startsWith(other));
        deepEqual(trace.words.filter(isLonger), [], "words that begin with another word of the row: that one finds what they find");
      });
    }
  });
}

/** Do the detectors of a name find it in one of these, as sure as that? */
function isFound(name: string, texts: readonly string[], weightMin: number): boolean {
  const examiner = createExaminer(DETECTORS.filter((detector) => detector.name === name));
  return texts.some((text) => (examiner.examine(text).get(name)?.weight ?? 0) >= weightMin);
}

describe("The firewall finds something by", () => {
  test("every call of code that it knows", () => {
    const shapes = (call: string) => [`');${call}('id');//`, `x;${call}("id");`, `$x=${call}($_GET['c']);`];
    deepEqual(CALL_WORDS.filter((call) => !isFound("code", shapes(call), 4)), []); // biome-ignore format: one line
  });

  test("every phrase of code that it knows", () => {
    const shapes = (phrase: string) => [phrase, `'${phrase}`, `${phrase}[a]`, `');${phrase}a')//`];
    deepEqual([...MARKED_PHRASES, ...DOTTED_PHRASES].filter(([phrase, weight]) => !isFound("code", shapes(phrase), weight)), []); // biome-ignore format: one line
  });

  test("every file that says enough by its name", () => {
    deepEqual([...LONE_FILES.keys()].filter((name) => !isFound("path", [`../../${name}`], 4)), []); // biome-ignore format: one line
  });
});
