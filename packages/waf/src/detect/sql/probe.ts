import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

// Values of a few bytes that are nothing but a test: whether a quote ends a text, whether a condition is computed.

/** Longest value of this kind, in bytes. */
const PROBE_BYTES_MAX = 40;
/** CWE-89. */
const CWE = 89;

/** What such a value begins with. */
const BEGINS = new Uint8Array(256);
for (const character of "'\"0123456789(@ nNsS") BEGINS[character.charCodeAt(0)] = 1;

const PROBES: readonly (readonly [kind: string, pattern: RegExp])[] = [
  // `'='`, `" like "`, `'-'`: an operator between the quotes of the application.
  ["sql.concatenation", /^(["'])\s?[/^|%<>!=]{1,2}\s?\1{1,2}$|^'\s?(?:r?like|regexp|div|xor|and|or)\s?'{1,2}$|^'\s?[*&]{1,2}\s?'{1,2}$/i],
  // `1=1`, `'a'='a`: the two sides are the same.
  ["sql.tautology", /^\s?(\d{1,9}|'\w{0,9}'|"\w{0,9}")\s?(?:={1,2}|<=>|like|sounds like|rlike)\s?\1$|^\s?(["'])(\w{1,9})\2\s?=\s?\2\3$/i],
  ["sql.boolean", /^\d{1,9}\s(?:and|xor)\s\(?(?:0|1)\)?$|^\(?not\s\d{1,9}\s?[=<>]{1,2}\s?\d{1,9}\)?$/i],
  ["sql.time", /^['")\s]{0,4}(?:and|or|xor|;)\s{0,4}(?:pg_)?sleep\s{1,2}\d{1,3}\s{0,2}(?:--|#|;)/i],
  ["sql.statement", /^select\s(?:md5|sha1|crc32|unhex|hex)\s?\(\s?['"]?\w{1,20}['"]?\s?\)(?:\s?(?:--|#|;).{0,4})?$/i],
  ["sql.variable", /^\(?@@(?:global\.|session\.)?(?:version|hostname|datadir|basedir|servername|servicename|language|spid|tmpdir|plugin_dir|secure_file_priv|innodb_version|project_id)\)?$/i],
]; // biome-ignore format: one row each

/** A value that only asks whether it reaches a statement. Bounded: longer values are not looked at. */
export function findProbe(value: string): Finding | undefined {
  if (value.length > PROBE_BYTES_MAX || BEGINS[value.charCodeAt(0)] !== 1) return undefined;
  for (const [kind, pattern] of PROBES) if (pattern.test(value)) return finding(kind, 4, CWE, value);
  return undefined;
}
