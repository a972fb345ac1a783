// Code of page languages in a file that somebody sends: it runs where the file is served from, whatever it is called.
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { findInclude } from "./index.ts";
import { findProgram, findSettings } from "./program.ts";

const CWE_UPLOAD = 434;
const SURE = 4;

/** What pictures, documents and archives begin with. */
const MAGIC = /^(?:\xef\xbb\xbf)?(?:GIF8|\x89PNG|\xff\xd8\xff|%PDF|BM|PK\x03\x04|RIFF|II\*|MM\x00\*)/;
const OPENING =
  /<\?(?:php\s|=)|<%(?:@|\s|=|!|out\.|response\.|eval|execute|if\s?\()|<cf(?:execute|script)\b|<jsp:|<script[^>]{0,40}\b(?:runat|language\s?=\s?["']?php)/i;
/** A request's own data, or a program, somewhere behind the opening. */
const ACTING =
  /\$_(?:GET|POST|REQUEST|COOKIE|SERVER|FILES)\b|\brequest(?:\.getparameter|\.item|\.form|\.querystring|\s?[[(])|\bgetruntime\s?\(|processbuilder|process\.start|vbscript\.encode|\beval\s?\(|\bexecute\s?\(|\bassert\s?\(|base64_decode\s?\(|\bpassthru\b|shell_exec|java\.util\.scanner|pageencoding|out\.print|response\.(?:write|binarywrite)/i;
/** How far into a file the opening is looked for, and behind it what acts, in bytes. */
const FILE_BYTES_MAX = 65_536;
const CODE_BYTES_MAX = 8_192;

/** For the content of files alone: in a text, code is shown. */
export const uploadDetector: Detector = { name: "upload", needs: undefined, find: findUpload };

/** Finds page code in the content of a file; linear, and no further than 64 KB. */
function findUpload(content: string): Finding | undefined {
  const program = findProgram(content) ?? findSettings(content);
  if (program !== undefined || content.indexOf("<") < 0) return program;
  const text = content.length > FILE_BYTES_MAX ? content.slice(0, FILE_BYTES_MAX) : content;
  const opening = OPENING.exec(text);
  if (opening === null) return undefined;
  const isPicture = MAGIC.test(text.slice(0, 8)) && /^<(?:\?php|\?=|%@|cf|jsp)/i.test(opening[0]);
  const acts = ACTING.test(text.slice(opening.index, opening.index + CODE_BYTES_MAX));
  if (isPicture || acts) return finding("include.upload", SURE, CWE_UPLOAD, text, opening.index);
  const found = findInclude(text);
  return surer(undefined, found !== undefined && found.weight > SURE ? found : undefined);
}
