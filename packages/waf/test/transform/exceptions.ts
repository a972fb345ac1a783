// The cases of published suites that are not passed, and why passing them would be wrong.
import type { Exception, Suite } from "../text/language-tests.ts";

const COMMENT_AT_END: Exception = {
  name: "removeComments",
  input: /^\/\*[^*]*\*\/$/,
  reason:
    "the reference copies the byte behind a comment unread, here the end of its own memory: a NUL that was never sent would break `$`",
};

export const SUITES: readonly Suite[] = [
  {
    title: "the language tests of SecRules",
    variable: "HOLDFAST_WAF_LANGUAGE_TESTS",
    folder: "transformations",
    exceptions: [
      COMMENT_AT_END,
      {
        name: "cssDecode",
        input: /\\1234/,
        reason: "the reference keeps the last byte of a code point: browsers read the whole of it, and `\\123` is no `#`",
      },
      {
        name: "urlDecodeUni",
        input: /^\+%u0000%u0001/,
        reason: "written without the code page that ModSecurity ships and the Core Rule Set expects: %u00e9 is taken for `e`",
      },
    ],
  },
  {
    title: "Coraza's copies of them",
    variable: "HOLDFAST_WAF_CORAZA",
    folder: "internal/transformations/testdata",
    exceptions: [
      COMMENT_AT_END,
      { name: "hexDecode", input: "01234567890z", reason: "one wrong digit would hide the whole value" },
      { name: "hexDecode", input: "54657374004", reason: "one digit too many would hide the whole value" },
    ],
  },
];
