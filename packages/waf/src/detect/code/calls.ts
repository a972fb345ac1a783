// Functions and names with which code of PHP, Python, Ruby, Perl, Java, JavaScript and ASP leaves its bounds.

/** What a call of the name needs to tell. */
export interface CallShape {
  readonly weight: 3 | 4 | 5;
  /** How its first argument has to start. */
  readonly argument: RegExp;
  /** A method's name as well: `pattern.exec(…)` is no call of it. */
  readonly isMethodToo: boolean;
}

const TEXT = /^\s{0,4}(?:['"`$]|chr\s?\(|base64|\w{1,20}\()/;
const SOMETHING = /^\s{0,4}[^)\s]/;
const ANYTHING = /^/;

const ROWS: readonly (readonly [weight: CallShape["weight"], argument: RegExp, isMethodToo: boolean, names: string])[] = [
  [
    5,
    ANYTHING,
    false,
    "phpinfo phpversion php_sapi_name shell_exec passthru proc_open pcntl_exec __import__ getallheaders php_uname posix_getpwuid get_defined_vars get_defined_functions apache_child_terminate",
  ],
  [5, TEXT, false, "create_function call_user_func call_user_func_array file_put_contents move_uploaded_file execsync spawnsync"],
  [
    4,
    TEXT,
    false,
    "system exec popen eval assert execute unserialize base64_decode gzinflate str_rot13 file_get_contents show_source highlight_file readfile fopen preg_replace ini_set error_log scandir var_dump print_r getattr compile execfile vbscript createobject",
  ],
  [4, SOMETHING, false, "array_map array_filter usort ob_start register_shutdown_function"],
];

const calls = new Map<string, CallShape>();
for (const [weight, argument, isMethodToo, names] of ROWS)
  for (const name of names.split(" ")) calls.set(name, { weight, argument, isMethodToo });

/** Dotted names that are calls out of the process wherever they stand. */
const PATHS = new Map<string, 4 | 5>([
  ["os.system", 5], ["os.popen", 5], ["os.execl", 5], ["subprocess.popen", 5], ["subprocess.call", 5], ["subprocess.run", 5],
  ["subprocess.check_output", 5], ["commands.getoutput", 5], ["io.popen", 5], ["kernel.exec", 5], ["kernel.system", 5], ["process.spawn", 5],
  ["open3.popen3", 5], ["open3.capture2", 5], ["getruntime.exec", 5], ["runtime.getruntime", 5], ["class.forname", 4], ["server.createobject", 4],
  ["system.shell", 5], ["child_process.exec", 5], ["child_process.execsync", 5], ["child_process.spawn", 5], ["process.binding", 5],
  ["mainmodule.require", 5], ["constructor.constructor", 5], ["file.read", 4], ["file.open", 4], ["marshal.load", 4], ["pickle.loads", 4],
  ["response.write", 4],  ["reflect.getprototypeof", 4],
]); // biome-ignore format: pairs

/** Without one of these words, in lower case, a value holds no call that is known. */
export const CALL_WORDS: readonly string[] = [...calls.keys(), ...[...PATHS.keys()].flatMap((path) => [path, path.replace(".", "::")])];

/** The bytes of a name joined into a number from its end on, whatever their case. */
export function nextHash(hash: number, byte: number): number {
  return Math.imul(hash ^ (byte | 32), 0x01000193);
}

const HASHES = 1 << 13;
const ends = new Uint8Array(HASHES);
for (const name of [...calls.keys(), ...[...PATHS.keys()].map((path) => path.slice(path.indexOf(".") + 1))]) {
  let hash = 0;
  for (let at = name.length - 1; at >= 0; at--) hash = nextHash(hash, name.charCodeAt(at));
  ends[(hash ^ (hash >>> 16)) & (HASHES - 1)] = 1;
}

/** False for nearly all words that are no name of a call, nor the last name of a path; `hash` is what `nextHash` gives for them. */
export function mayEndCall(hash: number): boolean {
  return ends[(hash ^ (hash >>> 16)) & (HASHES - 1)] === 1;
}

/** The shape of a call of this lower-case name. */
export function shapeOf(name: string): CallShape | undefined {
  return calls.get(name);
}

/** The last two names of a dotted path, and how sure they are. */
export function pathWeight(path: string): 4 | 5 | undefined {
  return PATHS.get(path);
}

/** Of the phrases below, the ones that lead out of a sandbox: a program that somebody shows has no need of them. */
export const ESCAPES: ReadonlySet<string> = new Set(["process.mainmodule", "#_memberaccess", "@java.lang.", "_$$nd_func$$_", "__subclasses__", "\\think\\app", "class.module.classloader", "getruntime().exec", "hexasciiserializedmap", "clientrerouteserverlistjndiname", "zerodium", ".internalget(", "findvalue(#", "[#post_render", "[#pre_render", "[#lazy_builder", "constructor.constructor(", "$$//javascript", "'//javascript", "init=runscript", "init=create trigger", "init=create alias", "this.constructor.constructor", "('return process", '("return process', "(`return process", "@groovy.transform.asttest", "t(java.lang.runtime)", 'java.type("java.lang', "java.type('java.lang", "('return this.process", '("return this.process']); // biome-ignore format: one line

/** Texts that stand nowhere but in code, lower case, with how sure they are; each holds a byte that prose lacks. */
export const MARKED_PHRASES: readonly (readonly [needle: string, weight: 3 | 4 | 5])[] = [
  ["<?php", 4],
  ["<?=", 4],
  ["$_get[", 4],
  ["$_post[", 4],
  ["$_request[", 4],
  ["$_server[", 4],
  ["$_cookie[", 4],
  ["$globals[", 4],
  ["=&$_get", 4],
  ["=&$_post", 4],
  ["=&$_request", 4],
  ["${@", 4],
  ["{${", 3],
  ["@{[", 5],
  ["require('child_process", 5],
  ['require("child_process', 5],
  ["require(`child_process", 5],
  ["@java.lang.", 5],
  ["#_memberaccess", 5],
  ["$\\a{", 5],
  ["#request[", 4],
  ["#request.get(", 5],
  ["#parameters.", 4],
  ["findvalue(#", 5],
  ["[#post_render", 5],
  ["[#pre_render", 5],
  ["[#lazy_builder", 5],
  ["[#markup]", 4],
  ["@getresponse()", 5],
  ["(#context[", 5],
  ["@ognl.ognlcontext", 5],
  ["__globals__", 5],
  ["__builtins__", 5],
  ["__subclasses__", 5],
  ["_$$nd_func$$_", 5],
  ["auto_prepend_file", 4],
  ["allow_url_include", 5],
  ["[php]", 3],
  ["\\think\\app", 5],
  ["\\think\\view", 5],
  ["import('child_process", 5],
  ['import("child_process', 5],
];

/** What a shell is asked first, behind a brace and a back-tick: PHP's `${`wget x`}`. */
const SHELL_WORDS: readonly string[] = ["wget", "curl", "cat", "ping", "nc", "bash", "uname", "nslookup"];

/** The same, for those that hold a dot or a blank alone. */
export const DOTTED_PHRASES: readonly (readonly [needle: string, weight: 3 | 4 | 5])[] = [
  ["process.mainmodule", 5],
  // Whoever binds parameters to the members of an object: a class leads to its loader, and that to the server (Struts, Spring).
  ["class.classloader.resources.", 5],
  ["class.classloader.urls", 5],
  ["class.classloader.jarpath", 5],
  ["class.classloader.parent.", 5],
  ["global.process", 4],
  [".internalget(", 5],
  ["constructor.constructor(", 5],
  ["hexasciiserializedmap", 5],
  ["clientrerouteserverlistjndiname", 5],
  ["java.lang.runtime", 5],
  ["java.lang.processbuilder", 5],
  ["getruntime().exec", 5],
  ["wscript.shell", 5],
  ["$$//javascript", 5],
  ["init=runscript", 5],
  ["'//javascript", 5],
  ["init=create trigger", 5],
  ["init=create alias", 5],
  ["this.constructor.constructor", 5],
  ["('return process", 5],
  ['("return process', 5],
  ["(`return process", 5],
  ["@groovy.transform.asttest", 5],
  ["t(java.lang.runtime)", 5],
  ['java.type("java.lang', 5],
  ["java.type('java.lang", 5],
  ["('return this.process", 5],
  ['("return this.process', 5],
  ["require('os').execute", 5],
  ["io.popen(", 4],
  ["os.execute(", 4],
  ["scripting.filesystemobject", 4],
  ["class.module.classloader", 5],
  ["reflectutils.defineclass(", 5],
  ["spelexpressionparser();", 5],
  ["importpackage(packages.", 5],
  ["importpackage(java", 5],
  ['load("nashorn:', 5],
  ["load('nashorn:", 5],
  ["__fr_locale__=sql(", 5],
  ["{{groovy}}", 5],
  ["{{async async=", 5],
  ["${print `", 5],
  ...SHELL_WORDS.map((word): [string, 5] => [`{\`${word} `, 5]),
  ["import os;", 4],
  ["import os\n", 3],
];
