// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of shells are the matter here
import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";

// Each of these ran a command of the sender's, read a file or wrote one, when it was put into a line for dash or bash.

const examiner = createExaminer(DETECTORS);
/** From this weight on a value is refused at the default paranoia. */
const SURE = 4;

function isSure(value: string): boolean {
  return (examiner.examine(Buffer.from(value).toString("latin1")).get("command")?.weight ?? 0) >= SURE;
}

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "hidden files, names with wildcards, and a list of names": [";cat .env", "x|tail .git/config", "h.example; sort .htpasswd", '";nl .npmrc;"', "x&&head .env.local", ";cat s*", "x;cat *.conf", "|tac s?cret", "x;cat {a,../.env}", ";cat<.env", "x;find .", ";cat ~+/a", ";base64 .pgpass"],
  "a command behind an address, with blanks around": ["10.1.2.3; id", "h.example | ls ", "10.1.2.3 & pwd", "a.txt; hostname #", "10.1.2.3\nnc h.example 99", "h.example\ncat a.conf", "10.1.2.3'; arp;'", "x && cat a.conf", "x || sort a.txt", "10.1.2.3&curl y", "h.example && ls"],
  "words of everyday language alone": [";set", "|date", "';who;'", "; export", ";ps", "10.1.2.3;mount", "h.example|groups", "&&history", "\ndate", ";jobs;", '";find;"'],
  "files that are named by one word": [";cat secret", "; rm a", ";mkdir b", "10.1.2.3;touch b", "&&cp a b", "';sh a;'", "||head flag", ";bash a", "10.1.2.3;cat flag #"],
  "what goes before a name": [";a=1 cat .env", "|! cat a.conf", ";{ cat .env;}", "x;env cat .env", "x|nice cat a.conf", ";time cat .env", "x|LD=a cat /etc/hosts", ";>b cat a.conf", "x;nohup nice cat .env"],
  "names in quotes of their own, and what stands in": ["x|n$'i'ce cat /etc/hosts", ";c$'a't .env", ';$"cat" .env', "x;${a:-cat} .env", ";c${b-a}t a.conf", "|t${z:-}ac .env"],
  "programs that were put there before, and functions": [";./a", "|../b.sh", "; /tmp/c", ";/dev/shm/d", ";f(){ cat /etc/hosts;};f"],
  "arguments of find and tar": [". -name a -delete", ". -exec id ;", ". -name b -exec cat c {} +", "/var -type f -fprintf d x", "cf a --to-command=id", "~/ -execdir id ;"],
  "a line of its own behind a quote": ['"\ncat a.conf', "a'\negrep . .env", "')\nsort b.txt", '"\r\ntail -n 5 a.log'],
  "a variable that is set and run": ["x;a=cat;$a .env", "1|b=tail;$b a.conf", "&c=head;${c} .env"],
  "archives, and programs by their paths": ["f;tar c /etc/hosts #", "x&&(/bin/cat secret)", "x||/usr/bin/tac secret"],
  "the rest of a line made a comment": ["x;ping h.example#", "x|nslookup h.example#"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "prose with separators": ["name; id", "x | id", "Tom; who", "C#; less .NET", "Java; more .net please", "a look; find it", "see above; cat it", "fish; cat food", "dogs | cat food", "; see below", "; more later", "Did you set it; date it?", "| date | who | time |", "|name|date|", "time; date; who", "R&D; sort of", "the end; last", "; find out more", "Smith & Sons; fold here", "hats; look now", "wait; what?", "a; b; c", "left & right | up & down", "cost; price = 5 then stop", "eval the query; then grep it", "wait; then cat it", "if a then b; else c", "use ~ or .; find nothing", "& more", "&date=2020", "?a=1;date=2"],
  "lines of text": ["Hello\nfind attached the list", "Hi\n\ncat pictures below", "Subject\ndate: today", "Milk\nhead of lettuce\ncut flowers", "Try\ncat a.conf", "\"Hello\"\nfind attached the list of all that was said", "(see above)\nsort of", "Note\ntouch base on Monday", "Dear all\nset the table", "1\nwho", "Example\nping us", "Title\n\nmake sure to sort it.", "A\nfold\nB", "x\n- cat\n- dog"],
  "code and templates": ["a=1;b=2", "x=1; y=2", "price;a=$a b", "a=1;b=2;$c d", "$a = 1; $a b", "let x = 1; { y }", "$'a'", "cost $\"5\"", "`${a-b}`", "${name:-World}", "$('#id')", "f(){ return 1; }", "function f(){ x; }", "const f = () => { run; };", "class A { f(){ go; } }", "a{b,c}", "{a,b}", ".env", "./a", "../b/c", "/tmp/a", "-delete", "foo -delete", "remove -name from it", "*.conf", "s*", "if x; then y", "while true; do nothing"],
}; // biome-ignore format: one list each

describe("The firewall's look at commands that work", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => !isSure(value)), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST)) test(`lets ${what} pass`, () => deepStrictEqual(values.filter(isSure), []));
});
