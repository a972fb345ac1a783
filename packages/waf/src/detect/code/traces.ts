import { createTraceDetector, type Trace } from "../trace.ts";

// What injected code of PHP, JavaScript, Python, Ruby, Perl, Java and .NET does that the tables of calls do not tell by a name alone.

/** CWE-94: improper neutralization of code. */
const CWE = 94;

/** Modules of Node through which code leaves the process. */
const MODULES = "child_process|fs|net|tls|dgram|https?|http2|vm|os|dns|cluster|worker_threads|repl|module|v8|inspector";
const REQUEST = "get|post|request|cookie|server|files|session|env";
/** What leaves the process, as Ruby and Perl name it. */
const RUNNERS =
  "system|exec|eval|spawn|open|popen|kernel|fork|syscall|load|require|exit!?|instance_eval|class_eval|const_get|binding|send|`";

/** `before` and each of the words, `behind`. */
function each(words: string, before: string, behind = ""): readonly string[] {
  return words.split(" ").map((word) => before + word + behind);
}

const QUOTES = ["'", '"', "`"];

/** The words, each with a quote of every kind behind it. */
function quoted(words: string): readonly string[] {
  return words.split(" ").flatMap((word) => QUOTES.map((quote) => word + quote));
}

const SCRIPT: readonly Trace[] = [
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
    pattern: /process\.\w{6,20}\(/y,
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

/** What a program knows of itself, shown. */
const SHOWN: readonly Trace[] = [
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

const PHP: readonly Trace[] = [
  // `$a='sys'.'tem';$a('id')`: a name that was put together is called.
  {
    kind: "code.variable-call",
    weight: 4,
    elsewhere: 3,
    words: [";$", "; $", ";@$", "; @$"],
    pattern: /;\s?@?\$(\w{1,20})(?=\s?\(\s?['"$)])(?<=\$\1\s?=(?!=)[^=][^;]{0,120};(?:\s?@?\$\w{1,20}\s?\.?=[^;]{1,60};){0,2}\s?@?\$\1)/y,
  },
  {
    kind: "code.request",
    weight: 4,
    elsewhere: 3,
    words: each(REQUEST.replaceAll("|", " "), "$_", ")").concat(
      each("get post request cookie", "$_", " as"),
      each("get post request cookie server files", "$_", ","),
    ),
    pattern: new RegExp(
      `\\$_(?:${REQUEST})(?:\\)|,| as)(?<=(?:extract|parse_str|mb_parse_str|import_request_variables|array_walk|array_map|foreach|assert|eval|system|exec|passthru|unserialize|call_user_func\\w{0,6}|print_r|var_dump|var_export|implode|join|json_encode|end|current|array_pop)\\s?\\([^;]{0,40}\\$_\\w{3,8}.{1,3})`,
      "y",
    ),
  },
  {
    kind: "code.reflection",
    weight: 5,
    elsewhere: 3,
    words: ["reflectionfunction(", "reflectionmethod(", "reflectionclass(", "reflectionfunction (", "reflectionclass ("],
    pattern:
      /reflection(?:function|method|class)\s?\(\s?['"$][^()\n]{1,80}\)\s?[)}]?\s?->\s?(?:invoke|newinstance|getclosure|setaccessible)/y,
  },
  {
    kind: "code.call",
    weight: 4,
    elsewhere: 2,
    words: [
      ...quoted(
        "ffi::cdef( ffi::load( closure::fromcallable( imap_open( dl( ini_alter( mb_send_mail( hex2bin( strrev( convert_uudecode( get_cfg_var( php_strip_whitespace(",
      ),
      ...quoted("splfileobject( directoryiterator( filesystemiterator( globiterator( simplexmlelement( soapclient( imagick("),
    ],
    pattern:
      /(?:ffi::(?:cdef|load)|closure::fromcallable|imap_open|dl|ini_alter|mb_send_mail|(?:hex2bin|strrev|convert_uudecode)(?=\([^()]{1,80}\)\s?\()|get_cfg_var|php_strip_whitespace|(?<=new )(?:splfileobject|directoryiterator|filesystemiterator|globiterator|simplexmlelement|soapclient|imagick))\(['"`]/y,
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: quoted("putenv("),
    pattern: /putenv\(['"`](?:ld_preload|path|ld_library_path|gconv_path)=/y,
  },
  {
    kind: "code.include",
    weight: 5,
    elsewhere: 3,
    words: [
      "include '/",
      'include "/',
      "include('/",
      'include("/',
      "include'/",
      'include"/',
      "require '/",
      'require "/',
      "require('/",
      'require("/',
      "_once '/",
      '_once "/',
      "_once('/",
      '_once("/',
    ],
    pattern: /(?:include|require|)(?:_once)?[\s(]{0,2}['"]\/(?:etc|proc|var\/log|dev|tmp|home)\//y,
  },
  {
    kind: "code.include",
    weight: 4,
    elsewhere: 3,
    words: [
      "include$",
      "include $",
      "include($",
      "include_once$",
      "require$",
      "require $",
      "require($",
      "include_once $",
      "require_once $",
      "require_once$",
    ],
    pattern: /(?:include|require)(?:_once)?[\s(]?\$\w{1,20}(?:\[[^\]\n]{1,40}\])?\)?;?\s?(?:$|#|\/\/|['"]|\?>|\})/y,
  },
];

const SCRIPTING: readonly Trace[] = [
  {
    kind: "code.send",
    weight: 5,
    elsewhere: 3,
    words: [
      "send(:",
      'send(":',
      "send('",
      'send("',
      "eval(:",
      "const_get(:",
      "method(:",
      "const_get('",
      'const_get("',
      "send( :",
      "send :",
      "define_method(:",
    ],
    // A text is sent to sockets as well: the name of a method has arguments of its own behind it.
    pattern: new RegExp(
      `(?:__send__|public_send|send|const_get|method|eval|define_method)[( ]{1,2}(?:['"]?:['"]?(?:${RUNNERS})(?!\\w)|['"](?:${RUNNERS})['"]\\s?,)`,
      "y",
    ),
  },
  {
    kind: "code.backtick",
    weight: 4,
    elsewhere: 3,
    words: each("( { [ | ! / <", "%x"),
    pattern:
      /(?<![\w%\\.])%x(?:\(\s?[a-z./~$][^()\n]{0,200}\)|\{\s?[a-z./~$][^{}\n]{0,200}\}|\[\s?[a-z./~$][^[\]\n]{0,200}\]|([|!/])\s?[a-z.~$][^|!/\n]{0,200}\1|<\s?[a-z./][^<>\n]{0,200}>)/y,
  },
  {
    kind: "code.backtick",
    weight: 4,
    elsewhere: 3,
    words: each("( { [ | ! / < '", "qx"),
    pattern:
      /(?<![\w$@%\\./-])qx(?:\(\s?[a-z./~$][^()\n]{0,200}\)|\{\s?[a-z./~$][^{}\n]{0,200}\}|\[\s?[a-z./~$][^[\]\n]{0,200}\]|([|!/'])\s?[a-z.~$][^|!/'\n]{0,200}\1|<\s?[a-z./][^<>\n]{0,200}>)/y,
  },
  { kind: "code.backtick", weight: 4, elsewhere: 4, words: ["#{`", "#{ `"], pattern: /#\{ ?`[^`\n]{1,200}`/y },
  {
    kind: "code.pipe",
    weight: 4,
    elsewhere: 4,
    words: ["'-|'", '"-|"', "'|-'", '"|-"'],
    pattern: /['"](?:-\||\|-)['"]\s?[,)](?<=open[( ]\s?(?:my )?\$?\w{1,12}\s?,\s?.{4}\s?[,)])/y,
  },
  {
    kind: "code.pipe",
    weight: 5,
    elsewhere: 3,
    words: ["open('|", 'open("|', "open '|", 'open "|', "read('|", 'read("|', "readlines('|", 'readlines("|'],
    pattern: /(?:open|read|readlines)[( ]['"]\|\s?[a-z./$~]/y,
  },
  {
    kind: "code.pipe",
    weight: 5,
    elsewhere: 3,
    words: [`|")`, `|')`, `|";`, `|';`],
    pattern: /\|['"][);](?<=open[( ]\s?(?:my )?\$?\w{1,12}\s?,\s?['"][^'"\n]{1,80}\|.{2})/y,
  },
  {
    kind: "code.call",
    weight: 4,
    elsewhere: 3,
    words: each("system exec", ";").concat(each("system exec", "; "), each("system exec", "{"), each("system exec", "{ "), quoted("exec{")),
    pattern: /(?:[;{]|^)\s?(?:system|exec)\s{0,2}(?:\{[^{}\n]{1,40}\}|(['"`])[^'"`\n]{1,100}\1)(?=[\s;}#'"]|$)/y,
  },
  {
    kind: "code.file",
    weight: 4,
    elsewhere: 3,
    words: ["open('", 'open("', "open(r'", 'open(r"'],
    pattern: /open\(r?['"](?:\/|\.\.\/|[a-z]:\\|~\/)[^'"\n]{1,100}['"][^()\n]{0,20}\)\s?\.\s?(?:read|readlines?|write)\s?\(/y,
  },
  {
    kind: "code.file",
    weight: 4,
    elsewhere: 3,
    words: [
      "dir.entries(",
      "dir.glob(",
      "dir.children(",
      "io.readlines(",
      "io.binread(",
      "io.read(",
      "file.readlines(",
      "file.binread(",
      "dir['/",
      'dir["/',
      "path('/",
      'path("/',
    ],
    pattern: /(?:dir|io|file|path)(?:\.\w{4,9})?[([]['"](?:\/|\.\.\/|[a-z]:\\)/y,
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: [
      ...each("spawn( system( fork(", "pty."),
      "importlib.import_module(",
      "subprocess.getoutput(",
      "subprocess.getstatusoutput(",
      "subprocess.check_call(",
      "os.execv(",
      "os.execvp(",
      "os.execve(",
      "os.execlp(",
      "os.spawnl(",
      "os.spawnv(",
      "os.spawnlp(",
      "os.posix_spawn(",
      "platform.popen(",
      "open3.capture3(",
      "open3.capture2e(",
      "open3.popen2",
      "open3.pipeline",
      "rubyvm::instructionsequence",
      "os:cmd(",
      "os.cmd(",
      "system.cmd(",
      "code.eval_string(",
      "exec.command(",
      "command::new(",
      "package.loadlib(",
      "ctypes.cdll",
      "cdll.loadlibrary(",
      "runpy.run_path(",
      "timeit.timeit(",
      "sys.modules[",
      "globals()[",
      "io::popen",
    ],
    pattern: /[a-z\d]{2,12}(?:\.|::?)\w{3,20}(?:\(\)?)?\[?\s?(?:['"`[:(]|r['"]|~c|\w)/y,
  },
  {
    kind: "code.reflection",
    weight: 5,
    elsewhere: 3,
    words: [
      ".__mro__",
      ".__bases__",
      ".__base__",
      ".__class__.__",
      ".__init__.__",
      ".__self__.__",
      ".__reduce__",
      ".__getattribute__(",
      ".__code__.co_",
    ],
    pattern: /(?<=[\w)\]}'"])\.__\w{3,14}__[.[(]?/y,
  },
];

const PLATFORMS: readonly Trace[] = [
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: ["process.start(", "process.start ("],
    pattern: /process\.start ?\(\s?(?:@?\$?['"]|new )/y,
  },
  {
    kind: "code.call",
    weight: 4,
    elsewhere: 3,
    words: [
      "assembly.load(",
      "assembly.loadfrom(",
      "assembly.loadfile(",
      "activator.createinstance(",
      "gettypefromprogid(",
      "gettypefromclsid(",
      "gettype().assembly",
      "typeof(system.",
      'type.gettype("system.',
      "file.readalltext(",
      "file.readallbytes(",
      "file.readalllines(",
      "file.writealltext(",
      "file.writeallbytes(",
      "directory.getfiles(",
      "response.writefile(",
      "response.transmitfile(",
      "environment.getenvironmentvariable",
      "environment.exit(",
      "new processstartinfo(",
      "new urlclassloader(",
      "diagnostics.process",
      'getobject("winmgmts',
      "getobject('winmgmts",
    ],
    pattern: /[\w.() "']{9,40}/y,
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: ["processbuilder(", "processbuilder ("],
    pattern: /processbuilder ?\(\s?(?:['"[{]|new |arrays\.|list\.|java\.)/y,
  },
  {
    kind: "code.class",
    weight: 5,
    elsewhere: 3,
    words: [
      "java.net.urlclassloader",
      "java.net.url(",
      "java.net.socket(",
      "java.io.file(",
      "java.io.fileinputstream(",
      "java.io.filereader(",
      "java.util.scanner(",
      "javax.naming.initialcontext(",
      "javax.script.scriptenginemanager(",
      "java.lang.thread.",
      "java.nio.file.",
      "java.lang.system.",
      "java.lang.class.",
      "groovy.lang.",
      "groovy.util.eval",
      "org.springframework.expression",
      "org.codehaus.groovy",
    ],
    pattern: /(?:javax?|groovy|org)\.\w{2,15}\.[\w.]{3,40}(?:\)?\(|\.\w{2,40}\()/y,
  },
  {
    kind: "code.class",
    weight: 4,
    elsewhere: 3,
    words: [
      ".loadclass('",
      '.loadclass("',
      ".getdeclaredmethod(",
      ".getmethod('",
      '.getmethod("',
      ".getdeclaredconstructor(",
      ".getclass().",
      ".getclassloader(",
      "getsystemclassloader(",
      ".class.forname(",
      ".class.protectiondomain",
      ".class.classloader",
      ".class.getresource",
    ],
    pattern: /(?<=[)\]'"}\w])\.?\w{5,24}(?:\(|\.|\b)/y,
  },
  {
    kind: "code.lookup",
    weight: 5,
    elsewhere: 3,
    words: quoted("lookup("),
    pattern: /lookup\(['"`](?:ldaps?|rmi|iiop|dns|corbaname|java:)/y,
  },
  {
    kind: "code.execute",
    weight: 4,
    elsewhere: 4,
    words: [".execute()", ".execute(["],
    pattern: /\.execute\((?<=(?:^|[=(;{\s,$])\[?\s?['"][^'"\n]{1,80}['"](?:\s?,\s?['"][^'"\n]{1,80}['"]){0,4}\s?\]?\.execute\()/y,
  },
  {
    kind: "code.execute",
    weight: 4,
    elsewhere: 4,
    words: ['".!', "'.!", '" !!', "sys.process."],
    pattern: /(?:['"]\.!!?(?=[\s;)]|$)|['"] !!(?=[\s;)]|$)|sys\.process\._)/y,
  },
  {
    kind: "code.execute",
    weight: 4,
    elsewhere: 3,
    words: ["[exec ", "[ exec "],
    pattern: /\[ ?exec (?:\/|sh\b|id\b|cat\b|ls\b|whoami\b|[\w.]{1,20} -)/y,
  },
  {
    kind: "code.execute",
    weight: 4,
    elsewhere: 3,
    words: ["clojure.java.shell", "uiop:run-program", "(load-file ", "eval.me(", "new groovyshell("],
    pattern: /[\w.:( -]{8,20}/y,
  },
];

export const codeTraceDetector = createTraceDetector({ name: "code", sparesDocuments: true }, CWE, [
  ...SCRIPT,
  ...SHOWN,
  ...PHP,
  ...SCRIPTING,
  ...PLATFORMS,
]);
