import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { DOCS, README } from "./docs.ts";

const PACKAGE = join(import.meta.dirname, "..");
const COMMAND = join(PACKAGE, "bin/holdfast-waf.mjs");
/** Measuring takes its time; whether it can be asked for is what is tested. */
const SHORTER: readonly (readonly [said: string, run: string])[] = [["holdfast-waf bench", "holdfast-waf bench --requests 5"]];
/** `explain` ends with it where a request would be refused. */
const EXIT_FOUND = 1;

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({ language, text })); // biome-ignore format: one line

test("The firewall does what its README says, from the first command to the last", { timeout: 120_000 }, async (context) => {
  using place = reader();
  const port = await freePort();
  const shell = (script: string): Promise<Ended> => end(start("sh", ["-c", `npx() { shift; node ${COMMAND} "$@"; }\n${script}`], place));
  for (const [index, text] of codes("ts").entries()) {
    writeFileSync(join(place.folder, index === 0 ? "server.ts" : `shown-${index}.ts`), text.replaceAll("8080", String(port)));
  }
  writeFileSync(join(place.folder, "waf.conf"), codes("apache")[0] ?? "");
  const [first, ...scripts] = blocks.map((block, at) => ({ ...block, next: blocks[at + 1] })).filter(({ language }) => language === "sh");
  equal(first?.text.trim(), "node server.ts");
  const server = start("node", ["server.ts"], place);
  try {
    await listening(port);
    ok(scripts.length >= 4, `${scripts.length} blocks are run`);
    for (const { text, next } of scripts) {
      await context.test(text.trim().split("\n").at(-1), async (step) => {
        if (text.includes("curl ") && (await shell("command -v curl")).code !== 0) return step.skip("not run: there is no curl here");
        const asked = SHORTER.reduce((script, [said, run]) => script.replace(said, run), text.replaceAll("8080", String(port)));
        const { code, out, error } = await shell(asked);
        equal(code, text.includes("explain") ? EXIT_FOUND : 0, out + error);
        if (next?.language === "text") match(out, patternOf(next.text), out);
      });
    }
  } finally {
    server.kill();
    await once(server, "close");
  }
  for (let index = 1; index < codes("ts").length; index++) {
    await context.test(`takes the code that is shown, block ${index + 1}`, async () => {
      const { code, out, error } = await shell(
        `node --input-type=module -e 'const { waf } = await import("./shown-${index}.ts"); waf.open.call'`,
      );
      equal(code, 0, out + error);
    });
  }
});

test("The firewall's documents lead to files and headings that there are", () => {
  const links = [...DOCS.matchAll(/\]\(((?!https?:)[^)#]+)(?:#([\w-]+))?\)/g)];
  ok(links.length > 10);
  for (const [, path = "", heading] of links) {
    const file = [join(PACKAGE, path), join(PACKAGE, "docs", path)].find(existsSync);
    ok(file !== undefined, path);
    if (heading !== undefined) match(readFileSync(file, "utf8"), new RegExp(`^#+ ${heading}$`, "im"), path);
  }
});

test("The firewall's README has the figures of its measurements", () => {
  const measured = readFileSync(join(PACKAGE, "docs/measurements.md"), "utf8");
  const [table = ""] = README.split("## How much does it find, and what does it cost?")[1]?.match(/^\|(?:.|\n(?=\|))*/m) ?? [];
  const cells = table.split("\n").slice(2).flatMap((row) => row.split("|").slice(2, -1)).map((cell) => cell.trim()); // biome-ignore format: one line
  equal(cells.length, 15);
  deepEqual(cells.filter((cell) => !measured.includes(`| ${cell} |`)), []); // biome-ignore format: one line
});

function codes(language: string): readonly string[] {
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

/** What is shown, with `…` for anything. */
function patternOf(shown: string): RegExp {
  const lines = shown.trimEnd().split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")); // biome-ignore format: one line
  return new RegExp(`^${lines.join("[^]*")}\n$`);
}

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A folder of somebody who has the package, the running Node, and rules of another engine. */
function reader(): Place & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-waf-readme-"));
  mkdirSync(join(folder, "node_modules/@holdfast"), { recursive: true });
  symlinkSync(PACKAGE, join(folder, "node_modules/@holdfast/waf"));
  mkdirSync(join(folder, "rules"));
  writeFileSync(join(folder, "rules/1.conf"), 'SecRule ARGS "@contains attack" "id:1,phase:2,deny"\n');
  writeFileSync(join(folder, "crs-setup.conf"), 'SecAction "id:2,phase:1,pass,nolog,setvar:tx.a=1"\n');
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
    NODE_TEST_CONTEXT: undefined,
  };
  return { folder, env, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function start(command: string, args: readonly string[], { folder, env }: Place): ChildProcess {
  return spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
}

async function end(child: ChildProcess): Promise<Ended> {
  let [out, error] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (error += text));
  const [code] = await once(child, "close");
  return { code, out, error };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Until somebody answers; the test's own time ends it. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await new Promise<boolean>((resolve) =>
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false)),
    );
    socket.destroy();
    if (isThere) return;
    await wait(50);
  }
}
