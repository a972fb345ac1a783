// Server-side includes and code of page languages: what a server would run if the value came into a page it serves.
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { findProgram, PROGRAM_WORDS } from "./program.ts";

const CWE_INCLUDE = 97;
const CWE_CODE = 94;

export const includeDetector: Detector = {
  name: "include",
  sparesDocuments: true,
  needs: undefined,
  words: ["<!", "<?", "<%", "<esi:", "<jsp:", "<cf", ...PROGRAM_WORDS],
  find: (value) => surer(findInclude(value), findProgram(value)),
};

/** Openings of page code in one value; more of them are there to tire the reader. */
const OPENINGS_MAX = 500;

/** Longest directive that is looked at, in bytes. */
const HEAD_BYTES_MAX = 240;

/** Finds includes and server code; linear in the value's length. */
export function findInclude(value: string): Finding | undefined {
  let best: Finding | undefined;
  let openings = 0;
  for (let at = value.indexOf("<"); at >= 0; at = value.indexOf("<", at + 1)) {
    while (value.charCodeAt(at + 1) === 0x3c) at++;
    const code = value.charCodeAt(at + 1);
    if (code === 0x21) best = surer(best, judgeInclude(value, at));
    else if ((code === 0x3f && (value.charCodeAt(at + 2) | 0x20) !== 0x78) || code === 0x25) {
      best = surer(best, judgeCode(value, at));
      if (++openings > OPENINGS_MAX) return finding("include.page-code", 4, CWE_CODE, value, at);
    } else if (mayBeElement(code | 0x20, value.charCodeAt(at + 2) | 0x20)) best = surer(best, judgeElement(value, at));
    if (best?.weight === 5) return best;
  }
  return best;
}

/** `<!--#exec cmd="…"-->` and the other directives of Apache's mod_include. */
function judgeInclude(value: string, at: number): Finding | undefined {
  if (!leadsToDirective(value, at + 2)) return undefined;
  const head = value.slice(at, at + 48).toLowerCase();
  const match = /^<!-{0,4}\s{0,8}#\s{0,8}(exec|include|echo|config|fsize|flastmod|printenv|set|if|elif)\b/.exec(head);
  return match === null ? undefined : finding("include.directive", 5, CWE_INCLUDE, value, at);
}

/** Dashes and blanks, and then the mark of a directive; comments have none. */
function leadsToDirective(value: string, start: number): boolean {
  let at = start;
  while (at - start < DASHES_MAX && value.charCodeAt(at) === 0x2d) at++;
  const blanks = at;
  while (at - blanks < BLANKS_MAX && isBlank(value.charCodeAt(at))) at++;
  return value.charCodeAt(at) === 0x23;
}

const DASHES_MAX = 4;
const BLANKS_MAX = 8;

/** What `\s` takes of bytes. */
function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
}

/** `<es`, `<js`, `<cf`, in lower case: what the elements below begin with. */
function mayBeElement(first: number, second: number): boolean {
  return second === 0x73 ? first === 0x65 || first === 0x6a : second === 0x66 && first === 0x63;
}

/** Edge-side includes and page tags of Java and ColdFusion. */
function judgeElement(value: string, at: number): Finding | undefined {
  const head = value.slice(at, at + 40).toLowerCase();
  if (/^<esi:(?:include|vars|debug|remove|inline|assign|eval|function)\b/.test(head))
    return finding("include.edge", 5, CWE_INCLUDE, value, at);
  if (/^<jsp:(?:include|scriptlet|expression|declaration|forward|usebean|directive)/.test(head))
    return finding("include.page-code", 5, CWE_CODE, value, at);
  return /^<cf(?:execute|include|file|directory|object|invoke|query|http|script)\b/.test(head)
    ? finding("include.page-code", 4, CWE_CODE, value, at)
    : undefined;
}

/** Functions and tables with which page code reads requests or runs programs. */
const ACTING =
  /(?:\b(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|eval|assert|create_function|call_user_func|preg_replace|include|require|file_get_contents|file_put_contents|fwrite|fopen|readfile|highlight_file|show_source|phpinfo|base64_decode|str_rot13|gzinflate|move_uploaded_file|unserialize|getruntime|processbuilder|createobject|wscript|server\.createobject|response\.write|execute|runtime|out\.print(?:ln)?|process\.start)\s{0,8}[(.]|\$_(?:get|post|request|cookie|server|files)\b|`[^`]{1,80}`)/i;

/** `<?php`, `<?=`, `<%`. A bare opening stands in lessons; with something that acts it is a shell. */
function judgeCode(value: string, at: number): Finding | undefined {
  const head = value.slice(at, at + HEAD_BYTES_MAX);
  const isPhp = /^<\?(?:php\b|=|\s)/i.test(head);
  const isPage = /^<%[\s=@!:#$-]/.test(head);
  if (!isPhp && !isPage) return undefined;
  return finding("include.page-code", ACTING.test(head) ? 5 : isPhp ? 3 : 2, CWE_CODE, value, at);
}
