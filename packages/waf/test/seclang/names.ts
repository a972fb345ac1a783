// The names that the parser's tests know: those of the reference manual that rule sets in use hold. The engine hands in its own tables.

import type { Rule, RuleSet } from "../../src/rule/index.ts";
import { type KnownNames, loadRules } from "../../src/seclang/index.ts";

export const KNOWN: KnownNames = {
  operators:
    words(`beginsWith contains containsWord detectSQLi detectXSS endsWith eq fuzzyHash ge geoLookup gt inspectFile ipMatch ipMatchF ipMatchFromFile
    le lt noMatch pm pmf pmFromFile rbl rx rxGlobal rsub streq strmatch unconditionalMatch validateByteRange validateDTD validateSchema
    validateUrlEncoding validateUtf8Encoding verifyCC verifyCPF verifySSN verifySVNR within`),
  transforms:
    words(`base64Decode base64DecodeExt base64Encode cmdLine compressWhitespace cssDecode escapeSeqDecode hexDecode hexEncode htmlEntityDecode
    jsDecode length lowercase md5 none normalisePath normalisePathWin normalizePath normalizePathWin parityEven7bit parityOdd7bit parityZero7bit
    removeComments removeCommentsChar removeNulls removeWhitespace replaceComments replaceNulls sha1 sqlHexDecode trim trimLeft trimRight uppercase
    urlDecode urlDecodeUni urlEncode utf8toUnicode`),
  variables:
    words(`ARGS ARGS_COMBINED_SIZE ARGS_GET ARGS_GET_NAMES ARGS_NAMES ARGS_POST ARGS_POST_NAMES AUTH_TYPE DURATION ENV FILES FILES_COMBINED_SIZE
    FILES_NAMES FILES_SIZES FILES_TMPNAMES FILES_TMP_CONTENT FULL_REQUEST FULL_REQUEST_LENGTH GEO GLOBAL HIGHEST_SEVERITY INBOUND_DATA_ERROR IP
    MATCHED_VAR MATCHED_VARS MATCHED_VARS_NAMES MATCHED_VAR_NAME MODSEC_BUILD MSC_PCRE_ERROR MSC_PCRE_LIMITS_EXCEEDED MULTIPART_BOUNDARY_QUOTED
    MULTIPART_BOUNDARY_WHITESPACE MULTIPART_CRLF_LF_LINES MULTIPART_DATA_AFTER MULTIPART_DATA_BEFORE MULTIPART_FILENAME
    MULTIPART_FILE_LIMIT_EXCEEDED MULTIPART_HEADER_FOLDING MULTIPART_INVALID_HEADER_FOLDING MULTIPART_INVALID_PART MULTIPART_INVALID_QUOTING
    MULTIPART_LF_LINE MULTIPART_MISSING_SEMICOLON MULTIPART_NAME MULTIPART_PART_HEADERS MULTIPART_SEMICOLON_MISSING MULTIPART_STRICT_ERROR
    MULTIPART_UNMATCHED_BOUNDARY OUTBOUND_DATA_ERROR PATH_INFO QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_PORT REMOTE_USER REQBODY_ERROR
    REQBODY_ERROR_MSG REQBODY_PROCESSOR REQBODY_PROCESSOR_ERROR REQBODY_PROCESSOR_ERROR_MSG REQUEST_BASENAME REQUEST_BODY REQUEST_BODY_LENGTH
    REQUEST_COOKIES REQUEST_COOKIES_NAMES REQUEST_FILENAME REQUEST_HEADERS REQUEST_HEADERS_NAMES REQUEST_LINE REQUEST_METHOD REQUEST_PROTOCOL
    REQUEST_URI REQUEST_URI_RAW RESOURCE RESPONSE_BODY RESPONSE_CONTENT_LENGTH RESPONSE_CONTENT_TYPE RESPONSE_HEADERS RESPONSE_HEADERS_NAMES
    RESPONSE_PROTOCOL RESPONSE_STATUS RULE SERVER_ADDR SERVER_NAME SERVER_PORT SESSION SESSIONID STATUS STATUS_LINE TIME TIME_DAY TIME_EPOCH
    TIME_HOUR TIME_MIN TIME_MON TIME_SEC TIME_WDAY TIME_YEAR TX UNIQUE_ID URLENCODED_ERROR USER USERID WEBAPPID XML`),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** A load of one text that stands in `rules.conf`. */
export function load(text: string, files: Readonly<Record<string, string>> = {}): RuleSet {
  return loadRules({ sources: [{ name: "rules.conf", text }], files: memoryFiles(files), known: KNOWN });
}

/** The rules of a set without its markers. */
export function rulesOf(set: RuleSet): Rule[] {
  return set.items.flatMap((item) => ("marker" in item ? [] : [item]));
}

/** The only rule of a text. */
export function loadOne(text: string): Rule {
  const [rule, ...more] = rulesOf(load(text));
  if (rule === undefined || more.length > 0) throw new Error("expected one rule");
  return rule;
}

/** Files by path; a folder is what stands before a slash. */
export function memoryFiles(files: Readonly<Record<string, string>>): {
  readFile: (path: string) => string;
  listFiles: (folder: string) => string[];
} {
  return {
    readFile(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw new Error("no such file");
      return text;
    },
    listFiles(folder) {
      const start = folder === "." ? "" : `${folder}/`;
      const names = Object.keys(files).flatMap((path) => (path.startsWith(start) ? [path.slice(start.length).split("/")[0] ?? ""] : []));
      if (names.length === 0) throw new Error("no such folder");
      return [...new Set(names)];
    },
  };
}
