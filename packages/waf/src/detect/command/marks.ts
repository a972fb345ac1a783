import { createScanner } from "../../scan/index.ts";
import { byteSet } from "../../text/index.ts";
import type { Finding } from "../contract.ts";
import { isSystemFolder } from "./names.ts";

// What shells alone write, wherever it stands. One scan says which of the marks a value may hold, and most values hold none.

interface Mark {
  readonly kind: string;
  readonly weight: Finding["weight"];
  /** Where the pattern begins: the value must hold it, lower case. */
  readonly needle: string;
  /** One of them stands in whatever the pattern matches, where that is rarer than the needle. Lower case. */
  readonly words?: readonly string[];
  /** Sticky at the needle; linear: no repetition within a repetition. */
  readonly pattern: RegExp;
}

/** Places of one needle that are tried. */
const TRIES_MAX = 64;

const READERS = "cat|more|less|head|tail|tac|nl";
const BRACED = "cat|ls|id|ping|curl|wget|echo|nc|sh|bash|whoami|uname|ifconfig|ip|sleep|rm|cp|mv|tac|more|head|tail|python|perl|php";
/** Those that are run without an argument. */
const BRACED_ALONE = "id|ls|pwd|whoami|uname|ifconfig";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** `before`, each of the alternatives, `behind`. */
function around(before: string, alternatives: readonly string[], behind: string): readonly string[] {
  return alternatives.map((word) => `${before}${word}${behind}`);
}

const MARKS: readonly Mark[] = [
  { kind: "command.shellshock", weight: 5, needle: "() {", pattern: /\(\) \{ ?(?::|_|\w{1,3}[=:]\w?)? ?; ?\}/y },
  { kind: "command.shellshock", weight: 5, needle: "(){", pattern: /\(\)\{ ?:;/y },
  { kind: "command.shellshock", weight: 5, needle: "() {", pattern: /(?<=^|=['"]|cookie: |agent: )\(\) \{[^}]{1,120}\}/y },
  { kind: "command.device", weight: 5, needle: "/inet/tcp/", pattern: /\/inet\/tcp\/\d/y },
  { kind: "command.false-blank", weight: 5, needle: "/etc$", pattern: /\/etc\$\w{1,12}\//y },
  { kind: "command.arithmetic", weight: 5, needle: "$(($((", pattern: /\$\(\(\$\(\(/y },
  { kind: "command.escape", weight: 5, needle: "$0<<<", pattern: /\$0<<<\$/y },
  { kind: "command.argument", weight: 4, needle: "--open-files-in-pager=", pattern: /--open-files-in-pager=/y },
  { kind: "command.argument", weight: 4, needle: "--pre=", pattern: /--pre=[\w/.-]/y },
  {
    kind: "command.read",
    weight: 4,
    needle: "/bin/",
    words: around("/bin/", READERS.split("|"), " "),
    pattern: new RegExp(`/bin/(?:${READERS}) {1,4}/(?:etc|proc|var|root)/`, "y"),
  },
  { kind: "command.write", weight: 4, needle: "> /", pattern: /(?<=^)>{1,2} \/(?:tmp|etc|var|dev|home|root|usr|opt)\//y },
  {
    kind: "command.braces",
    weight: 4,
    needle: "{\\",
    words: around("{\\", [...LETTERS], ""),
    pattern: /\{\\[a-z](?:['"]{2}|\\|["'a-z]){2,20},[^{}\s]{1,100}\}/y,
  },
  {
    kind: "command.interpreter",
    weight: 4,
    needle: " -e '",
    pattern: /(?<=^(?:perl|ruby|python\d?|php|node|lua)) -e '[^']{0,200}(?:exec|system|socket|`|spawn|popen|fork|sh -i)/y,
  },
  {
    kind: "command.interpreter",
    weight: 4,
    needle: " -c '",
    pattern: /(?<=^(?:perl|ruby|python\d?|php|node|lua)) -c '[^']{0,200}(?:exec|system|socket|`|spawn|popen|fork|sh -i)/y,
  },
  {
    kind: "command.interpreter",
    weight: 4,
    needle: ' -c "',
    pattern: /(?<=^(?:perl|ruby|python\d?|php|node|lua)) -c "[^"]{0,200}(?:exec|system|socket|`|spawn|popen|fork|sh -i)/y,
  },
  { kind: "command.false-blank", weight: 5, needle: "$ifs", pattern: /\$ifs(?![a-z0-9_])/y },
  { kind: "command.false-blank", weight: 5, needle: "${ifs", pattern: /\$\{ifs[^}]{0,8}\}/y },
  { kind: "command.device", weight: 5, needle: "/dev/tcp/", pattern: /\/dev\/tcp\/[\w$]/y },
  { kind: "command.device", weight: 5, needle: "/dev/udp/", pattern: /\/dev\/udp\/[\w$]/y },
  { kind: "command.slice", weight: 4, needle: "${", pattern: /\$\{[a-z_]{1,20}:\d{1,3}:\d{1,3}\}/y },
  { kind: "command.slice", weight: 4, needle: "${", pattern: /\$\{[a-z_]{1,20}\/\/[^}\s]{1,20}\/[^}\s]{0,20}\}/y },
  { kind: "command.slice", weight: 4, needle: ":~", pattern: /:~-?\d{1,3}(?:,-?\d{1,3})?%/y },
  { kind: "command.escape", weight: 4, needle: "$'", pattern: /\$'(?:[\w/ .-]{0,20}\\(?:x[0-9a-f]{2}|[0-7]{3}|u[0-9a-f]{4})){2}/y },
  { kind: "command.redirection", weight: 3, needle: "2>&1", pattern: /2>&1/y },
  { kind: "command.redirection", weight: 3, needle: ">/dev/null", pattern: />\/dev\/null/y },
  {
    kind: "command.powershell",
    weight: 4,
    needle: "invoke-",
    pattern: /invoke-(?:expression|webrequest|restmethod|command|item|wmimethod|mimikatz|shellcode|obfuscation)\b/y,
  },
  { kind: "command.powershell", weight: 5, needle: "downloadstring", pattern: /downloadstring ?\(/y },
  { kind: "command.powershell", weight: 4, needle: "frombase64string", pattern: /frombase64string ?\(/y },
  { kind: "command.powershell", weight: 4, needle: "[system.", pattern: /\[system\.[\w.]{2,60}\]::[a-z]\w{2,40}\(/y },
  {
    kind: "command.powershell",
    weight: 5,
    needle: "-enc",
    words: ["-enc ", "-encodedcommand "],
    pattern: /-enc(?:odedcommand)? [a-z0-9+/=]{16}/y,
  },
  { kind: "command.powershell", weight: 4, needle: "new-object", pattern: /new-object +(?:-comobject|system\.|net\.)/y },
  { kind: "command.argument", weight: 4, needle: "proxycommand=", pattern: /proxycommand=/y },
  { kind: "command.argument", weight: 4, needle: "--use-askpass=", pattern: /--use-askpass=/y },
  { kind: "command.argument", weight: 4, needle: "--upload-pack=", pattern: /--upload-pack=/y },
  { kind: "command.argument", weight: 4, needle: "--gpu-launcher=", pattern: /--gpu-launcher=/y },
  { kind: "command.argument", weight: 4, needle: "--checkpoint-action=", pattern: /--checkpoint-action=/y },
  { kind: "command.argument", weight: 4, needle: "--exec=", pattern: /--exec=[`$]/y },
  {
    kind: "command.cmd",
    weight: 5,
    needle: "cmd",
    words: ["cmd ", "cmd.exe "],
    pattern: /cmd(?:\.exe)? {1,4}\/[ckr] {0,4}["\w]/y,
  },
  { kind: "command.cmd", weight: 5, needle: "%comspec%", pattern: /%comspec%/y },
  {
    kind: "command.braces",
    weight: 4,
    needle: "{",
    words: around("{", BRACED.split("|"), ","),
    // `orders{id,total}`: behind a name, what comes of it is no command.
    pattern: new RegExp(String.raw`\{(?:${BRACED}),(?:(?<!\w\{[a-z]{1,8},)[^{}\s]{1,100}|[^{}\s]{0,100}[/.~$*?-][^{}\s]{0,100})\}`, "y"),
  },
  { kind: "command.braces", weight: 4, needle: "{,", pattern: /(?<![\w.])\{,[\w$"'/?*-]{1,40}(?:,[\w$"'/?*#-]{0,40}){0,8}\}/y },
  { kind: "command.read", weight: 4, needle: "$(<", pattern: /\$\(< ?[\w/.~]/y },
  { kind: "command.arithmetic", weight: 4, needle: "$((", pattern: /\$\(\(\s?\d{1,9}\s?[-+*/]\s?\d/y },
  { kind: "command.arithmetic", weight: 4, needle: "$[", pattern: /\$\[\s?\d{1,9}\s?[-+*/]\s?\d{1,9}\s?\]/y },
  {
    kind: "command.slice",
    weight: 4,
    needle: "${",
    pattern: /\$\{(?:[a-z_]{1,20}(?:##|%%|\^\^|,,|#[^}\n]{0,120}\})|![a-z_]{1,20}\}|#[a-z_]{1,20}\})/y,
  },
  {
    kind: "command.loop",
    weight: 4,
    needle: "for ",
    words: [" in ("],
    pattern: /for (?:\/[dflr] )?.{0,24}%{1,2}[a-z]{1,12} in \(/y,
  },
  { kind: "command.argument", weight: 4, needle: "-wrapper ", pattern: /-wrapper \w{1,12},/y },
  {
    kind: "command.braces",
    weight: 4,
    needle: "{",
    words: around("{", BRACED_ALONE.split("|"), ","),
    pattern: new RegExp(String.raw`\{(?:${BRACED_ALONE}),\}`, "y"),
  },
  { kind: "command.braces", weight: 4, needle: "{l,-", pattern: /\{l,-[a-z]{1,8}\}s/y },
];

/** The marks of each needle, in the order of the needles. */
const NEEDLES = [...new Set(MARKS.map(({ needle }) => needle))].map((needle) => ({
  needle,
  marks: MARKS.filter((mark) => mark.needle === needle),
}));

const WORDS_OF_NEEDLES = NEEDLES.map(({ needle, marks }) => marks.flatMap(({ words }) => words ?? [needle]));
const SCANNER = createScanner(WORDS_OF_NEEDLES);
const held = new Uint32Array((NEEDLES.length + 31) >> 5);

/** Without one of these bytes, and without one of these words, a value holds no mark. */
export const GATES = "${>%=/-(";
export const MARK_WORDS: readonly string[] = [...new Set(WORDS_OF_NEEDLES.flat())];

/** The surest mark of a value. Linear: it is scanned once, and then each needle that it holds is looked for once. */
export function findMark(
  value: string,
): { readonly mark: { readonly kind: string; readonly weight: Finding["weight"] }; readonly at: number } | undefined {
  held.fill(0);
  SCANNER.scanInto(value, held);
  if (held.every(isZero)) return undefined;
  const lower = value.toLowerCase();
  let best: { readonly mark: Mark; readonly at: number } | undefined;
  for (let index = 0; index < NEEDLES.length; index++) {
    const row = NEEDLES[index];
    if (row === undefined || ((held[index >> 5] ?? 0) & (1 << (index & 31))) === 0) continue;
    let at = lower.indexOf(row.needle);
    for (let tries = 0; at >= 0 && tries < TRIES_MAX; tries++) {
      for (const mark of row.marks) {
        if (best !== undefined && best.mark.weight >= mark.weight) continue;
        mark.pattern.lastIndex = at;
        if (mark.pattern.test(lower)) best = { mark, at };
      }
      at = lower.indexOf(row.needle, at + 1);
    }
  }
  return best;
}

const isZero = (word: number): boolean => word === 0;

/** Bytes of the name of a folder in which some may be wildcards. */
const FOLDER = byteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ?*[]");

/** A path to the system with wildcards in place of letters: `/b?n/c?t`, `/???/p??s??`. */
export function globPathAt(value: string, at: number): boolean {
  let end = at + 1;
  while (end - at < 14 && FOLDER[value.charCodeAt(end)] === 1) end++;
  if (end - at < 3 || value.charCodeAt(end) !== 0x2f) return false;
  const path = /^\/([a-z?*[\]]{2,12})\/[\w?*[\]./-]{2,60}/i.exec(value.slice(at, at + 80));
  if (path === null) return false;
  const [whole, folder = ""] = path;
  if (value.charCodeAt(at + whole.length) === 0x3d) return false;
  // "Did you edit /etc/hosts?": the mark ends a sentence.
  if (/^[^?*[\]]+\?$/.test(whole)) return false;
  const hasWildcard = (/\?|\[[^\]]/.test(whole) && !/\[(?![^\]]{1,12}\])/.test(whole)) || (folder.includes("*") && folder.length > 1);
  return hasWildcard && !/^\*+$/.test(folder) && isSystemFolder(folder);
}
