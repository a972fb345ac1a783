// Code of JavaScript on a server, and what programs show of themselves.
import type { Trace } from "../trace.ts";
import { each, quoted } from "./trace-words.ts";

/** Modules of Node through which code leaves the process. */
const MODULES = "child_process|fs|net|tls|dgram|https?|http2|vm|os|dns|cluster|worker_threads|repl|module|v8|inspector";

export const SCRIPT_TRACES: readonly Trace[] = [
  // `process["bin"+"ding"]`: the name of a member, in pieces.
  {
    kind: "code.pieces",
    weight: 5,
    elsewhere: 3,
    words: quoted("process[ global[ globalthis[ root[ module[ require["),
    pattern: /\w{4,10}\[(['"`])[\w$]{1,20}\1\s?\+\s?['"`][\w$]/y,
  },
  {
    kind: "code.member",
    weight: 4,
    elsewhere: 3,
    words: quoted("process[ global[ globalthis[ root["),
    pattern:
      /\w{4,10}\[(['"`])(?:mainmodule|binding|dlopen|kill|exit|abort|process|require|eval|function|constructor|_linkedbinding|getbuiltinmodule)\1\]/y,
  },
  {
    kind: "code.member",
    weight: 5,
    elsewhere: 3,
    words: quoted("["),
    pattern: /\[(['"`])constructor\1\]\s?(?:\[\s?['"`]constructor|\.\s?constructor|\(\s?['"`])/y,
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: each("binding( dlopen( _linkedbinding( getbuiltinmodule( reallyexit( _kill( setuid(", "process."),
    pattern: /process\.\w{5,20}\(/y,
  },
  // A call of its own, and nothing behind it.
  {
    kind: "code.call",
    weight: 4,
    elsewhere: 2,
    words: [...each("exit( abort( kill(", "process."), "time.sleep(", "thread.sleep(", "os._exit("],
    pattern:
      /[a-z]{2,8}\._?[a-z]{4,5}\(\s?(?:-?[\d.]{0,9}|process\.pid[\s,\d]{0,5}|os\.getpid\(\)[\s,\d]{0,5})\s?\)[\s;)}'"]{0,8}(?:$|\/\/|#|[;,+.|&]\s?['"])/y,
  },
  {
    kind: "code.member",
    weight: 4,
    elsewhere: 2,
    words: ["return process", "=>process", "=> process", "return global", "return this.constructor", "return require(", "=>require("],
    pattern:
      /(?<=^[\s'"`)\];,(+!=-]{0,10}(?:async )?(?:function\s?\w{0,20}\s?\([^()\n]{0,40}\)\s?\{\s{0,4}|\([^()\n]{0,40}\)\s?|\w{1,20}\s?))(?:return |=> ?)(?:process|global|this\.constructor|require\()/y,
  },
  {
    kind: "code.module",
    weight: 4,
    elsewhere: 3,
    words: quoted("require( require(["),
    pattern: new RegExp(`require\\(\\[?['"\`](?:node:)?(?:${MODULES})(?:/promises)?['"\`]\\]?\\)\\s?(?:\\.\\s?\\w{2,40}\\s?\\(|\\[)`, "y"),
  },
  {
    kind: "code.pieces",
    weight: 5,
    elsewhere: 3,
    words: quoted("require( import("),
    pattern: /(?:require|import)\(['"`][\w:]{1,16}['"`]\s?\+\s?['"`]\w{1,16}['"`]\s?\)/y,
  },
  {
    kind: "code.module",
    weight: 4,
    elsewhere: 3,
    words: quoted("import("),
    pattern: new RegExp(`import\\(['"\`](?:node:)?(?:${MODULES})(?:/promises)?['"\`]\\)`, "y"),
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: ["constructor._load(", "require.main.require(", "vm.runinnewcontext(", "vm.runinthiscontext(", "process.mainmodule"],
    pattern: /[\w.]{10,30}/y,
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: each("atob( unescape( buffer.from( string.fromcharcode( decodeuricomponent(", "eval("),
    pattern: /eval\([a-z.]{4,20}\(/y,
  },
];

/** Behind the end of a text or a number and an operator, perhaps in brackets: what a program shows of itself is named in many texts. */
const JOINED = String.raw`(?<=(?:['"\`)\]]|\d)\s?(?:[-+*%,;|&^?<>]{1,3}|==|or|and|else|not)\s?[\s([{.*!'"f]{0,6}(?:[a-z]{2,7}(?:\.[a-z]{3,8})?\(|(?:this|root)\.|lambda:|\(\)=>|function\(\)\{return )?)`;

/** What a program knows of itself, shown. */
export const SHOWN_TRACES: readonly Trace[] = [
  {
    kind: "code.shown",
    weight: 4,
    elsewhere: 2,
    words: [
      ...each("env version argv platform arch execpath config report title cwd( memoryusage uptime( constructor modul", "process."),
      "process?.",
      ...quoted("process["),
      ...each("environ getenv( listdir( uname( getcwd( sys. __dict__", "os."),
      ...each("globals() locals() vars( __loader__ __builtins__ __spec__ require.cache globalthis.process", ""),
      "getattr(os",
      "reflect.get(process",
    ],
    pattern: new RegExp(`${JOINED}[a-z_]`, "y"),
  },
  // A page of pug begins with its sign.
  {
    kind: "code.shown",
    weight: 4,
    elsewhere: 4,
    words: ["process.env", "process.version", "process.argv", "process.platform", "global.process", "globalthis.process"],
    pattern:
      /(?<=^\s{0,8}(?:(?:p|h[1-6]|div|span|li|td|b|i|a|pre|code|title)[!]?= |!?= ?|(?:p|h[1-6]|div|span|li|td|a)\(\w{1,12}=|- ?(?:var|let|const) \w{1,12} ?= ?))[a-z]/y,
  },
  {
    kind: "code.shown",
    weight: 4,
    elsewhere: 2,
    words: each("stringify inspect send json end write", "", "(process.env"),
    pattern: /[a-z]{3,9}\(process\.env[,)]/y,
  },
  {
    kind: "code.shown",
    weight: 4,
    elsewhere: 2,
    words: ["globals())", "locals())", "vars())"].flatMap((call) => each("str repr print dir list dict", "", `(${call}`)),
    pattern: /[a-z]{3,5}\([a-z]{4,7}\(\)\)/y,
  },
];
