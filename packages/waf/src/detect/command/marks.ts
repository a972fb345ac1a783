import type { Finding } from "../contract.ts";
import { isSystemFolder } from "./names.ts";

// What shells alone write, wherever it stands. Each mark starts with a byte or a few that are looked for natively first.

interface Mark {
  readonly kind: string;
  readonly weight: Finding["weight"];
  /** The value must hold it, lower case; its first byte of those in `gates` lets it be looked for at all. */
  readonly needle: string;
  /** Sticky at the needle; linear: no repetition within a repetition. */
  readonly pattern: RegExp;
}

/** Places of one needle that are tried. */
const TRIES_MAX = 64;

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
    pattern: /\/bin\/(?:cat|more|less|head|tail|tac|nl) {1,4}\/(?:etc|proc|var|root)\//y,
  },
  { kind: "command.write", weight: 4, needle: "> /", pattern: /(?<=^)>{1,2} \/(?:tmp|etc|var|dev|home|root|usr|opt)\//y },
  { kind: "command.braces", weight: 4, needle: "{\\", pattern: /\{\\[a-z](?:['"]{2}|\\|["'a-z]){2,20},[^{}\s]{1,100}\}/y },
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
  { kind: "command.powershell", weight: 5, needle: "-enc", pattern: /-enc(?:odedcommand)? [a-z0-9+/=]{16}/y },
  { kind: "command.powershell", weight: 4, needle: "new-object", pattern: /new-object +(?:-comobject|system\.|net\.)/y },
  { kind: "command.argument", weight: 4, needle: "proxycommand=", pattern: /proxycommand=/y },
  { kind: "command.argument", weight: 4, needle: "--use-askpass=", pattern: /--use-askpass=/y },
  { kind: "command.argument", weight: 4, needle: "--upload-pack=", pattern: /--upload-pack=/y },
  { kind: "command.argument", weight: 4, needle: "--gpu-launcher=", pattern: /--gpu-launcher=/y },
  { kind: "command.argument", weight: 4, needle: "--checkpoint-action=", pattern: /--checkpoint-action=/y },
  { kind: "command.argument", weight: 4, needle: "--exec=", pattern: /--exec=[`$]/y },
  { kind: "command.cmd", weight: 5, needle: "cmd", pattern: /cmd(?:\.exe)? {1,4}\/[ckr] {0,4}["\w]/y },
  { kind: "command.cmd", weight: 5, needle: "%comspec%", pattern: /%comspec%/y },
  {
    kind: "command.braces",
    weight: 4,
    needle: "{",
    pattern:
      /\{(?:cat|ls|id|ping|curl|wget|echo|nc|sh|bash|whoami|uname|ifconfig|ip|sleep|rm|cp|mv|tac|more|head|tail|python|perl|php),[^{}\s]{1,100}\}/y,
  },
  { kind: "command.braces", weight: 4, needle: "{,", pattern: /(?<![\w.])\{,[\w$"'/?*-]{1,40}(?:,[\w$"'/?*#-]{0,40}){0,8}\}/y },
  { kind: "command.read", weight: 4, needle: "$(<", pattern: /\$\(< ?[\w/.~]/y },
  { kind: "command.arithmetic", weight: 4, needle: "$((", pattern: /\$\(\(\s?\d{1,9}\s?[-+*/]\s?\d/y },
  { kind: "command.arithmetic", weight: 4, needle: "$[", pattern: /\$\[\s?\d{1,9}\s?[-+*/]\s?\d{1,9}\s?\]/y },
  { kind: "command.slice", weight: 4, needle: "${", pattern: /\$\{(?:[a-z_]{1,20}(?:#|%%|\^\^|,,)|![a-z_]{1,20}\}|#[a-z_]{1,20}\})/y },
  { kind: "command.loop", weight: 4, needle: "for ", pattern: /for (?:\/[dflr] )?.{0,24}%{1,2}[a-z]{1,12} in \(/y },
  { kind: "command.argument", weight: 4, needle: "-wrapper ", pattern: /-wrapper \w{1,12},/y },
  { kind: "command.braces", weight: 4, needle: "{", pattern: /\{(?:id|ls|pwd|whoami|uname|ifconfig),\}/y },
  { kind: "command.braces", weight: 4, needle: "{l,-", pattern: /\{l,-[a-z]{1,8}\}s/y },
];

/** Bytes that are rare in prose: a needle is looked for only where one that it holds occurs. */
const GATES = "${>%=/-(";

/** The bit of each gate; a scan of the value joins those it meets. */
export const gateOf = new Uint8Array(256);
for (const [index, gate] of [...GATES].entries()) gateOf[gate.charCodeAt(0)] = 1 << index;

const NEEDLES = [...new Set(MARKS.map((mark) => mark.needle))].map((needle) => ({ needle, gate: gateFor(needle) }));

/** The rarest gate that the marks of a needle ask for. */
function gateFor(needle: string): number {
  for (const gate of GATES) if (needle.includes(gate)) return gateOf[gate.charCodeAt(0)] ?? 0;
  // `cmd /c`, `:~1,2%`, `downloadstring(`.
  const byte = needle === "cmd" ? 0x2f : needle === ":~" || needle === "for " ? 0x25 : 0x28;
  return gateOf[byte] ?? 0;
}

/** The surest mark of a value; `lower` is the value in lower case, `gates` what `gateOf` gives for its bytes, joined. Linear: each needle is looked for once. */
export function findMark(
  lower: string,
  gates: number,
): { readonly mark: { readonly kind: string; readonly weight: Finding["weight"] }; readonly at: number } | undefined {
  let best: { readonly mark: Mark; readonly at: number } | undefined;
  for (const { needle, gate } of NEEDLES) {
    if ((gates & gate) === 0) continue;
    let at = lower.indexOf(needle);
    for (let tries = 0; at >= 0 && tries < TRIES_MAX; tries++) {
      for (const mark of MARKS) {
        if (mark.needle !== needle || (best !== undefined && best.mark.weight >= mark.weight)) continue;
        mark.pattern.lastIndex = at;
        if (mark.pattern.test(lower)) best = { mark, at };
      }
      at = lower.indexOf(needle, at + 1);
    }
  }
  return best;
}

/** A path to the system with wildcards in place of letters: `/b?n/c?t`, `/???/p??s??`. */
export function globPathAt(value: string, at: number): boolean {
  const path = /^\/([a-z?*[\]]{2,12})\/[\w?*[\]./-]{2,60}/i.exec(value.slice(at, at + 80));
  if (path === null) return false;
  const [whole, folder = ""] = path;
  if (value.charCodeAt(at + whole.length) === 0x3d) return false;
  // "Did you edit /etc/hosts?": the mark ends a sentence.
  if (/^[^?*[\]]+\?$/.test(whole)) return false;
  const hasWildcard = (/\?|\[[^\]]/.test(whole) && !/\[(?![^\]]{1,12}\])/.test(whole)) || (folder.includes("*") && folder.length > 1);
  return hasWildcard && !/^\*+$/.test(folder) && isSystemFolder(folder);
}
