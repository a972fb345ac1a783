import { ok } from "node:assert/strict";
import { test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { createRandom, type Random } from "../benign/random.ts";
import { judge, openWaf } from "./engine.ts";

const PASSWORDS = 20_000;
const SEED = 20_261_121;
const BYTES_MIN = 8;
const BYTES_MAX = 32;
const SURE = 4;

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join("");
const WORDS =
  "correct horse battery staple river stone winter coffee table window mountain green silver and of my the not under over seven".split(" ");

/** What generators draw from, and of ten thousand how many may hold a fragment of a language all the same: `'>2#` is one wherever it stands. */
const GENERATORS: readonly (readonly [name: string, perTenThousandMax: number, make: (random: Random) => string])[] = [
  ["of letters and digits", 0, (random) => drawn(random, LETTERS)],
  ["with the signs that browsers and keepers of passwords add", 2, (random) => drawn(random, `${LETTERS}!@#$%^&*-_.:`)],
  ["of any printable characters", 20, (random) => drawn(random, PRINTABLE)],
  ["of words with signs between them", 5, (random) => phrase(random)],
];

function drawn(random: Random, alphabet: string): string {
  return Array.from({ length: BYTES_MIN + random.number(BYTES_MAX - BYTES_MIN + 1) }, () =>
    alphabet.charAt(random.number(alphabet.length)),
  ).join("");
}

function phrase(random: Random): string {
  const sign = random.pick(["-", " ", ".", "_", "!", "+", "#", "$", "%", "&", "*", "?", "@", "~", ":", ","]);
  const words = Array.from({ length: 3 + random.number(4) }, () => random.pick(WORDS));
  return `${words.join(sign)}${random.pick(["", "!", "?", "#1", "$", "&7", ";", "*"])}`;
}

const examiner = createExaminer(DETECTORS);

for (const [name, perTenThousandMax, make] of GENERATORS)
  test(`The firewall lets ${PASSWORDS} random passwords ${name} through, with ${perTenThousandMax} exceptions in ten thousand at most`, () => {
    const random = createRandom(SEED);
    const refused: string[] = [];
    for (let count = 0; count < PASSWORDS; count++) {
      const password = make(random);
      if ([...examiner.examine(password).values()].some(({ weight }) => weight >= SURE)) refused.push(password);
    }
    ok(refused.length * 10_000 <= PASSWORDS * perTenThousandMax, `${refused.length}: ${refused.slice(0, 8).join("  ")}`);
  });

const PASSWORD = "9vQ*)(u=Z!8";
const PLACES: readonly (readonly [name: string, sent: Parameters<typeof judge>[1]])[] = [
  ["a form", { type: "application/x-www-form-urlencoded", body: `user=ann&password=${encodeURIComponent(PASSWORD)}` }],
  ["JSON", { type: "application/json", body: JSON.stringify({ user: "ann", password: PASSWORD }) }],
  ["an XML document", { type: "text/xml", body: `<login><user>ann</user><password>${PASSWORD}</password></login>` }],
  ["basic authentication", { headers: [["Authorization", `Basic ${btoa(`ann:${PASSWORD}`)}`]] }],
];

for (const [name, sent] of PLACES)
  test(`The firewall lets a password with the signs of a filter through in ${name}`, () =>
    ok(judge(openWaf(), sent).verdict.act === "allow"));

/** Noise around an attack makes no password of it. */
const NOISY: readonly string[] = ["admin'#kX$9~f^Tz", "Bob'#kX$9~f^Tz", "x'||1#Qm2", "kX$9~f'or(1)#Qm2!vB", "kX$9~f;curl;Qm2!vB^7", "kX$9~f$(id)Qm2!vB^7", "kX$9~f;cat</etc/hosts;Qm2", "kX$9~f|whoami|Qm2!vB", "kX$9~f'/**/or/**/1#Qm2!", "kX$9~f*)(uid=*", "kX$9~f{{7*7}}Qm2!vB", "1/*!AND*/1=1"]; // biome-ignore format: one line

test(`The firewall refuses ${NOISY.length} attacks that noise stands around`, () => {
  const passed = NOISY.filter((text) => ![...examiner.examine(text).values()].some(({ weight }) => weight >= SURE));
  ok(passed.length === 0, passed.join("  "));
});
