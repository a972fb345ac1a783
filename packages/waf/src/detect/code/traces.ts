import { createTraceDetector } from "../trace.ts";
import { PHP_TRACES } from "./php-traces.ts";
import { PLATFORMS_TRACES } from "./platform-traces.ts";
import { SCRIPT_TRACES, SHOWN_TRACES } from "./script-traces.ts";
import { SCRIPTING_TRACES } from "./scripting-traces.ts";

// What injected code of PHP, JavaScript, Python, Ruby, Perl, Java and .NET does that the tables of calls do not tell by a name alone.

/** CWE-94: improper neutralization of code. */
const CWE = 94;

export const codeTraceDetector = createTraceDetector({ name: "code", sparesDocuments: true }, CWE, [
  ...SCRIPT_TRACES,
  ...SHOWN_TRACES,
  ...PHP_TRACES,
  ...SCRIPTING_TRACES,
  ...PLATFORMS_TRACES,
]);
