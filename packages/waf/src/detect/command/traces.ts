import { createTraceDetector, type Trace } from "../trace.ts";

// Commands that no name of a program gives away: files that a shell reads, options whose argument is run, members of classes of .NET.

/** CWE-78: improper neutralization of special elements used in an OS command. */
const CWE = 78;

/** Options whose argument is a program that is started, or a file that is sent away. */
const RUNNING =
  "use-compress-program to-command unzip-command rsh rsh-command rsync-path receive-pack exec-path renderer-cmd-prefix utility-cmd-prefix ppapi-plugin-launcher browser-subprocess-path ssh-command proxy-command info-script new-volume-script print-cmd external-diff compress-prog rcfile post-file body-file gpg-program";
/** Settings of git that name a program. */
const SETTINGS =
  "core.sshcommand core.pager core.editor core.gitproxy core.fsmonitor core.hookspath core.askpass credential.helper diff.external gpg.program sequence.editor protocol.ext.allow";

/** Options, files and letters, as a program takes them before what is looked for. */
const ARGUMENTS = String.raw`(?:(?:-\S{1,20}|[\w*-]{0,20}[./*][\w./*-]{0,20}|\w|[cxtruf]{2,3}) ){0,5}`;

const TRACES: readonly Trace[] = [
  {
    kind: "command.source",
    weight: 4,
    elsewhere: 3,
    words: [";. ", "; . ", "|. ", "| . ", "&. ", "& . ", "`. ", "(. ", "\n. "],
    pattern: /[;|&`(\n] ?\. {1,3}(?:(?:\.{1,2}|~)?\/|\$)[\w./~$-]/y,
  },
  {
    kind: "command.block",
    weight: 4,
    elsewhere: 3,
    words: ["if", "while", "until", "for"].flatMap((word) => [`;${word} `, `; ${word} `, `|${word} `, `&${word} `, `& ${word} `]),
    pattern:
      /[;|&] ?(?:(?:if|while|until) (?:\[\[? |test |! |true\b|:|\(\(|\$|grep |\w{2,12} -)[^\n;]{0,80}; ?(?:then|do) [^\n]{1,100}|for \w{1,20} in [^\n;]{0,80}; ?do [^\n]{1,100}(?:; ?done|\$\w))/y,
  },
  {
    kind: "command.block",
    weight: 4,
    elsewhere: 3,
    words: [";{ ", "; { ", "|{ ", "&{ ", "& { "],
    pattern: /[;|&] ?\{ [a-z./][\w./-]{0,40}(?: [^\n{}:=;]{0,60})?; ?\}/y,
  },
  {
    kind: "command.test",
    weight: 4,
    elsewhere: 3,
    words: [";[ ", "; [ ", "&[ ", "& [ ", "|[ ", ";[[ "],
    pattern: /[;|&] ?\[\[? (?:! )?-[a-z] ["'/$\w.~]/y,
  },
  {
    kind: "command.transport",
    weight: 4,
    elsewhere: 3,
    words: ["ext::"],
    pattern:
      /(?<![\w:])ext::(?:[\w./-]{0,40}\/\w{1,20}|(?:ba|da|z|k)?sh|python\d?|perl|ruby|php|nc|curl|wget|node|cmd|powershell)(?: |%20|$)/y,
  },
  {
    kind: "command.argument",
    weight: 4,
    elsewhere: 4,
    words: RUNNING.split(" ").flatMap((name) => [`--${name}=`, `--${name} `]),
    pattern: new RegExp(`(?<=^${ARGUMENTS}['"]?)--[a-z-]{3,26}(?:=['"]?[\\w/.~$\`-]| ['"/.])`, "y"),
  },
  {
    kind: "command.argument",
    weight: 4,
    elsewhere: 4,
    words: SETTINGS.split(" ").map((name) => `${name}=`),
    pattern:
      /[a-z]{3,10}\.[a-z.]{4,12}=['"!]?[\w/.~$`-](?<=^(?:[\w.-]{0,30} )?(?:-c ?|--config[= -]|--config-env=)?['"]?[a-z.]{8,24}=['"!]?.)/y,
  },
  {
    kind: "command.argument",
    weight: 4,
    elsewhere: 2,
    words: ["-exec ", "-execdir ", "-ok "],
    pattern: new RegExp(`(?<=^(?:\\S{0,60} )?${ARGUMENTS})-(?:exec|execdir|ok) {1,3}[\\w./-]{2,60}[^\\n;]{0,100}(?: ?\\\\?;| \\+) ?$`, "y"),
  },
  {
    kind: "command.argument",
    weight: 4,
    elsewhere: 4,
    words: ["-delete", "-fprint ", "-fprintf ", "-fls ", "-exec ", "-execdir ", "-ok "],
    pattern:
      /-(?:delete|f(?:printf?|ls) [\w./-]{1,60}[^\n]{0,40}|(?:exec(?:dir)?|ok) [\w./-]{2,60}[^\n;]{0,100}(?: ?\\?;| \+) ?)$(?<=^(?:\.{1,2}|[~.]?\/[\w./-]{0,40}) (?:(?:-\w{1,12}|[\w.*"'/+-]{1,20}) ){0,6}-[^\n]{0,170})/y,
  },
  {
    kind: "command.block",
    weight: 4,
    elsewhere: 4,
    words: ["(){ ", "() { "],
    pattern: /\(\) ?\{ (?=[a-z./][^\n{}]{1,80}; ?\} ?[;&|])(?<=^[^\n]{0,24}[;|&] ?\w{1,12}\(\) ?\{ )/y,
  },
  {
    kind: "command.powershell",
    weight: 4,
    elsewhere: 3,
    words:
      "diagnostics. io. net. reflection. runtime. management. environment] scriptblock] activator] appdomain] convert] text. powershell] adsi] wmi ref].assembly microsoft."
        .split(" ")
        .map((name) => `[${name}`),
    pattern: /\[[a-z]\w{1,24}(?:\.[\w.]{1,60})?\](?:\.\w{2,20}(?:\([^()\n]{0,60}\))?)?::[a-z]\w{2,40}/y,
  },
  {
    kind: "command.client",
    weight: 4,
    elsewhere: 2,
    words: ["\\! "],
    pattern: /\\! {1,2}(?:\/|(?:sh|bash|id|ls|cat|whoami|uname|curl|wget|nc|touch|rm|echo|ping)\b)/y,
  },
];

export const commandTraceDetector = createTraceDetector({ name: "command", sparesDocuments: true }, CWE, TRACES);
