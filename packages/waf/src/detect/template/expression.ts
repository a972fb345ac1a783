import type { Finding } from "../contract.ts";

// What an expression of a template language says, whatever language it is: arithmetic of constants is a probe, and nobody fills in a form
// with reflection.

export interface Judged {
  readonly kind: string;
  readonly weight: Finding["weight"];
}

interface Row extends Judged {
  readonly pattern: RegExp;
}

/** Expressions are cut to this many bytes, so that no pattern below can be made to work long. */
export const EXPRESSION_BYTES_MAX = 400;

const CONSTANT = String.raw`(?:-?\d{1,12}(?:\.\d{1,6})?|'[^'\\]{0,20}'|"[^"\\]{0,20}")`;

const ROWS: readonly Row[] = [
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /__(?:class|mro|bases?|subclasses|globals|builtins|init|import|getitem|getattribute|dict|code|self|reduce|module|call|name)__|\\x5f\\x5f|["']_["']\s{0,4}\*\s{0,4}2/,
  },
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /\.get(?:class|runtime|classloader|declaredmethods?|constructors?|engine(?:byname|manager)?)\b|\bclass\s?\.\s?(?:classloader|forname|getresource|protectiondomain|inspect|module|mro|base)|\.(?:forname|newinstance|loadclass|getmethod|subclasses|mro)\s?\(/,
  },
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /\bt\s?\(\s?(?:java|org|javax|com|sun)\s?\.|\b(?:java\.(?:lang|io|util|net|nio)|javax\.(?:script|naming|el)|org\.(?:apache|springframework|yaml)|freemarker\.template)\b|@\s?(?:java|org|ognl|com)[.\w]{1,60}@|processbuilder|scriptengine/,
  },
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /#_?(?:memberaccess|context|parameters|request|session|root|attr|application)\b\s?[.[=]|#\w{1,20}\s?=\s?(?:new|@|#|\()|ognl\.|#this\b|@default_member_access/,
  },
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /\bconstructor\s?[.[(]|\[\s?['"]constructor['"]\s?\]|__proto__|process\s?\.\s?(?:mainmodule|binding|env)|global(?:this)?\s?\.\s?process|\brequire\s?\(\s?['"]|child_process|root\.process/,
  },
  {
    kind: "template.call",
    weight: 5,
    pattern:
      /\b(?:system|exec|execsync|shell_exec|passthru|popen|proc_open|eval|phpinfo|assert|spawn|file_excerpt|file_get_contents|file_put_contents|writefile|readfile|call_user_func|include_?|getfilter|setcache|loadtemplate|registerundefinedfiltercallback|get_user_file|getenv|hexdec|sleep|md5)\s?\(/,
  },
  {
    kind: "template.call",
    weight: 5,
    pattern:
      /\|\s?(?:filter|map|sort|reduce|attr|file_excerpt|join)\s?\(\s?\(?\s?\[?\s?["'][\w\\]{1,40}["']|[\w)"'\]]\?(?:new|api|eval|eval_json|interpret|absolute_template_name|with_args|lower_abc)\b|\|\s?attr\s?\(|\|\s?(?:select|reject|map|sum|groupby|sort)attr\s?\(\s?["']__/,
  },
  {
    kind: "template.call",
    weight: 5,
    pattern:
      /\b(?:file|io|dir|kernel|open3|open4|process)\s?\.\s?(?:open|read|entries|popen\w?|exec|spawn|readlines|glob|write|popen3|clock_gettime)!?\s?\(?|%x[([{|'/]|\bos\s?\.\s?(?:popen|system|environ)|subprocess\b|system\.(?:shell|diagnostics)/,
  },
  {
    kind: "template.context",
    weight: 5,
    pattern:
      /\b(?:config|settings|self|app|request|_self|lipsum|cycler|joiner|namespace|url_for|get_flashed_messages|_context|undefined|loop)\s?[.|[]\s?(?:items|iteritems|__|env|server|query|request|environ|application|_|secret_key|storages|module|template|context|attr|class|from_object|request_class|joiner|cycler)/,
  },
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /\bnew[\s/*]{1,8}(?:file|string|java|org|groovy|class|process|runtime|thread|url|socket)\w{0,20}[\s.(]|\b(?:pagecontext|applicationscope|facescontext|servletcontext)\b|\.(?:getsession|getattribute|setattribute|setaccessible|createnewfile|tourl|evaluate|execute)\s?\(/,
  },
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /getownpropertydescriptor|getprototypeof|\.(?:sub|big|at|charat|valueof|tostring)\s?\.\s?(?:call|apply|bind)\b|fromcharcode|fromcodepoint|\.charat\s?=|\$(?:eval|evalasync|apply|digest|\$phase)\b|tostring\(\)\[|["'\])]\s?\|\s?(?:system|exec|passthru|shell_exec|popen|assert|sort\s?\(|map\s?\()/,
  },
  { kind: "template.context", weight: 5, pattern: /\b_context\b|~\s?(?:passthru|system|exec)/ },
  // What the process of a server of JavaScript knows.
  {
    kind: "template.process",
    weight: 4,
    pattern:
      /\bprocess\s?(?:\?\.|\[\s?['"`]|\.\s?(?:versions?\s?(?:$|[.)\]}])|argv|platform|arch\b|execpath|cwd\s?\(|memoryusage|uptime\s?\(|hrtime|getbuiltin|modul|report\.|config\.var|pid\b|exit\s?\(|kill\s?\())|[[(.]\s?process\s?[,)]|\bglobalthis\s?[.[]|\breflect\.(?:get|apply|ownkeys)\s?\(/,
  },
  // What Python's own functions show or open, whatever the language of the page.
  {
    kind: "template.call",
    weight: 5,
    pattern:
      /\b(?:globals|locals|vars)\s?\(\s?(?:os|self|request|config)?\s?\)|\bopen\s?\(\s?r?["'](?:\/|\.\.|[a-z]:\\)|\bgetattr\s?\(\s?(?:os|sys|self|request|config|__\w|''|"")|\bos\s?\.\s?(?:environ|getenv|listdir|uname|getcwd|getlogin|sys|walk|scandir|remove|unlink|fork|kill|getpid|path\.(?:exists|join))|^!?\s{0,4}(?:import|from)\s{1,4}(?:os|sys|subprocess|socket|pty|shutil|importlib|builtins|ctypes|pathlib|platform)\b/,
  },
  // `['_' '_class__']`: two texts in a row are one; and members of all of its objects that only it has.
  {
    kind: "template.reflection",
    weight: 5,
    pattern:
      /["'](?:_{1,2}|__\w{1,10})["']\s{0,4}["']\w{1,12}_{0,2}["']|__(?:loader|spec|closure|objclass|reduce_ex|defaults|annotations)__/,
  },
  {
    kind: "template.context",
    weight: 4,
    pattern:
      /^=?\s{0,8}[([]?\s?(?:config|self|request|lipsum|cycler|joiner|namespace|_context)\s?[)\]]?\s{0,4}(?:\|\s{0,4}(?:pprint|tojson|string|safe|e|escape|xmlattr|forceescape|dictsort|list|upper|lower)\b|~|(?:if|or)\s\d|$)|^=?\s{0,8}(?:['"][^'"]{0,8}['"]\s?[~%]\s?|dict\(\w{1,12}=)(?:config|self|request|lipsum|cycler)\b|\bconfig\s?(?:\.|\[\s?["']|\.get\(\s?["'])\w{0,20}(?:secret|passw|token|api_?key|database_ur)|\bconfig\.(?:values|keys|copy)\s?\(|^=?\s{0,8}(?:cycler|joiner|namespace|dict|range|lipsum)\s?(?:\.\s?mro\b|\|\s?(?:pprint|string)\b)/,
  },
  { kind: "template.context", weight: 4, pattern: /^\s?(?:readfile|getenv|file\.read)\s{1,4}["']/ },
  {
    kind: "template.context",
    weight: 5,
    pattern:
      /\b(?:applicationcontext|systemproperties|systemenvironment|requestscope|sessionscope|headervalues|initparam)\s?[.[]|\.(?:getparameter|getbean|getenv|getproperty|getserverinfo)\s?\(|\.data_model\b|\bconstant\s?\(\s?["']|(?<!escape\()\benv\s?\[\s?["']|^\s?\$\w{1,20}\s?:?=\s?\.env\b|^\s?(?:eval|execute(?:global)?)\s{1,4}request\b/,
  },
  {
    kind: "template.context",
    weight: 4,
    pattern:
      /^\s?\.(?:version|globals|main|locals|vars|namespace|data_model|get_optional_template|current_template_name|main_template_name|template_name|caller_template_name|output_format|error)\b|^\s?app\.(?:session|debug)\b|^\s?\.(?!(?:get|param|getpage|render|format|ref|relref|hasshortcode|inner|has|site|page|resources|translate|i18n)\s)[a-z]\w{0,30}\s{1,4}["'][^"']{1,60}["']\s?$/,
  },
  { kind: "template.literal", weight: 4, pattern: /^\s{0,4}#with\s{1,4}["']/ },
  {
    kind: "template.context",
    weight: 4,
    pattern:
      /^=?\s{0,8}(?:config|self|_self|request|settings|app|lipsum|cycler|joiner|_context|this|class|session|debug|dump\s?\(.{0,40}\)|\$smarty\.\w{1,40}|_\.version|messages\.storages.{0,40})\s{0,8}$/,
  },
  {
    kind: "template.literal",
    weight: 4,
    pattern: /^\s{0,8}(?:''|""|'[^']{1,20}'|"[^"]{1,20}"|\[\s?\]|\(\s?\)|\{\s?\}|\(\s?\d{1,6}\s?\))\s?(?:\.\s?\w|\[\s?['"])/,
  },
  { kind: "template.literal", weight: 4, pattern: /^\s{0,8}(?:\(\s?\)|\{\s?\})\s?\|\s?\w/ },
  {
    kind: "template.literal",
    weight: 4,
    pattern: /\b(?:dict|namespace|lipsum|cycler|joiner)\s?\([^()]{0,60}\)\s?\|\s?(?:list|join|first|last|string|map|attr|random)\b/,
  },
  {
    kind: "template.context",
    weight: 4,
    pattern:
      /[[(]\s?request\.(?:args|values|form|cookies|headers|json|data|params|query|body|get|post)\b|\brequest\.(?:args|values|cookies|headers)\.(?:get\s?\(|\w{1,20}\s?\])/,
  },
  { kind: "template.literal", weight: 4, pattern: /^\s{0,8}\[[^\]]{0,60}\]\s?\|\s?\w/ },
  {
    kind: "template.probe",
    weight: 5,
    pattern: new RegExp(
      `^=?\\s{0,8}\\(?\\s{0,4}${CONSTANT}(?:\\s{0,4}[*+/%-]\\s{0,4}${CONSTANT}){1,8}\\s{0,4}\\)?\\s{0,8}(?:;|\\|(?!\\d+[ ^])|$)`,
    ),
  },
  { kind: "template.probe", weight: 5, pattern: /^\w{0,20}\|\s?\d{1,6}\s?\*\s?\d{1,6}\s{0,4}$/ },
  { kind: "template.probe", weight: 4, pattern: /^\s{0,8}\d{1,10}\s?\|\s?add\s?:\s?\d/ },
  { kind: "template.error", weight: 4, pattern: /^\s{0,8}\(?\d{1,6}\s?\/\s?(?:0|\()/ },
];

/** What an expression of a form may do, judged by its content in lower case; `undefined` where it only names something. */
export function judgeExpression(content: string): Judged | undefined {
  for (const row of ROWS) if (row.pattern.test(content)) return row.kind === "template.probe" && isRange(content) ? RANGE_FOUND : row;
  return undefined;
}

const RANGE_FOUND: Judged = { kind: "template.probe", weight: 3 };
const RANGE = /^(\d{1,4})-(\d{1,4})$/;
const DATE = /^(?:19|20)\d\d-[01]\d(?:-[0-3]\d)?$/;

/** `0-9`, `2019-06`: from the less to the more, or a date. Who has a number computed waits for one that is no word of a manual. */
function isRange(content: string): boolean {
  const [, from, to] = RANGE.exec(content) ?? [];
  return DATE.test(content) || (from !== undefined && to !== undefined && Number(from) < Number(to));
}

const DIRECTIVES: readonly Row[] = [
  {
    kind: "template.directive",
    weight: 4,
    pattern:
      /^[-+~]?\s{0,8}(?:set|assign|import|from|include|extends|macro|debug|load|call|php|ftl|attempt|include_php|eval|with|do|require|function|print)\b/,
  },
  { kind: "template.context", weight: 4, pattern: /^[-+~]?\s{0,8}for\s[\w,\s]{1,20}\sin\s(?:config|self|request|cycler)\b/ },
  { kind: "template.directive", weight: 3, pattern: /^[-+~]?\s{0,8}(?:for|if|each|while|foreach|block|raw|autoescape|filter|list)\b/ },
];

/** What a directive does: setting and importing is not for a form, a loop is a sign of code. */
export function judgeDirective(content: string): Judged | undefined {
  return judgeExpression(content) ?? DIRECTIVES.find((row) => row.pattern.test(content));
}

const PAGES: readonly Row[] = [
  {
    kind: "template.context",
    weight: 4,
    pattern:
      /^[=-]{0,2}\s{0,4}(?:env\s?(?:\.(?:to_h|inspect|map|each|values|sort|to_a))|rails\.(?:application\b|env\s?$|root\b|configuration)|gem\.\w|objectspace\b|binding\s?$|caller\s?$|__file__\s?$|\$[0:]\s?$|@@\w|\w{2,20}\.all\.(?:to_json|inspect|to_a|map))/,
  },
];

/** What stands between the marks of a page's own code: Ruby names what it has of its own without a call. */
export function judgePage(content: string): Judged | undefined {
  return judgeExpression(content) ?? PAGES.find((row) => row.pattern.test(content));
}

/** What the directives of Template Toolkit run or fetch. */
export function judgeToolkit(content: string): Judged | undefined {
  return (
    judgeExpression(content) ??
    (/^[-+~]?\s{0,4}(?:perl|rawperl|insert|include|process)\b\s?(?:$|['"/.])/.test(content) ? TOOLKIT : undefined)
  );
}

const TOOLKIT: Judged = { kind: "template.directive", weight: 4 };
