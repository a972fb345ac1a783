import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { SETTINGS, type SettingRow } from "../src/settings.ts";
import { fits } from "./cli/transcript.ts";

const ROOT = join(import.meta.dirname, "../../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
/** What commands find in a clone. Everything that they write lands beside it. */
const OF_THE_CLONE = ["node_modules", "package.json", "packages", "examples", "scripts", "holdfast.config.ts"];
const START_COMMAND = "npm start";

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

test("Holdfast shows in its README the config of the example, as it is", () => {
  const collection = /const patients = .*?^\}\);$/ms;
  const [shown] = collection.exec(textOf("ts")) ?? [];
  assert.ok(shown);
  assert.equal(shown, collection.exec(readFileSync(join(ROOT, "examples/clinic/holdfast.config.ts"), "utf8"))?.[0]);
});

test("Holdfast lists all its settings in its README", () => {
  const rows = Object.values<SettingRow>(SETTINGS).map(
    ({ flag, env, metavar, summary, fallback }) =>
      `| \`${flag} ${metavar}\` | \`${env}\` | ${summary} | ${fallback && `\`${fallback}\``} |`,
  );
  assert.ok(README.includes(rows.join("\n")), rows.join("\n"));
});

test("Holdfast does what its README says, from the first command to the last", { timeout: 180_000 }, async (t) => {
  using clone = likeAClone();
  writeFileSync(join(clone.folder, "app.mjs"), textOf("js"));
  writeFileSync(join(clone.folder, "shown.config.ts"), textOf("ts"));
  const shell = (script: string): Promise<Ended> => end(start("bash", ["-euo", "pipefail", "-c", script], clone));

  const hasCurl = (await shell("command -v curl || true")).out !== "";

  const server = start("npm", ["start"], clone);
  const ended = end(server);
  try {
    const { port } = new URL(await addressOf(server));
    const scripts = blocks.map((block, at) => ({ ...block, next: blocks[at + 1] })).filter(({ language }) => language === "sh");
    assert.equal(scripts.shift()?.text.trim(), START_COMMAND);
    assert.ok(scripts.length >= 10, `${scripts.length} blocks are run`);
    for (const { text, next } of scripts) {
      await t.test(text.trim().split("\n").at(-1), async (step) => {
        if (text.includes("curl ") && !hasCurl) return step.skip("there is no curl here");
        const { code, out, error } = await shell(text.replaceAll("8443", port));
        assert.equal(code, 0, out + error);
        if (next?.language !== "text") return;
        const expected = next.text.trimEnd().replaceAll("…", "{*}").split("\n");
        assert.ok(fits(out.trimEnd().split("\n"), expected), out);
      });
    }
    await t.test("takes the config that is shown", async () => {
      const { code, out, error } = await shell("npx holdfast check-config --config shown.config.ts");
      assert.equal(code, 0, out + error);
    });
  } finally {
    server.kill("SIGTERM");
  }
  const { code, out, error } = await ended;
  assert.equal(code, 0, out + error);
});

function textOf(language: string): string {
  const [first] = blocks.filter((block) => block.language === language);
  assert.ok(first, `README has a block of ${language}`);
  return first.text;
}

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A folder in which commands find a clone that is set up, and a person's environment without anything of the test runner. */
function likeAClone(): Place & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-readme-"));
  for (const name of OF_THE_CLONE) symlinkSync(join(ROOT, name), join(folder, name));
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|HOLDFAST_|XDG_)/i.test(name));
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((part) => !part.includes("node_modules"));
  const env = { ...Object.fromEntries(kept), PATH: path.join(delimiter), HOME: folder, HOLDFAST_PORT: "0" };
  return { folder, env, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
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

async function addressOf(server: ChildProcess): Promise<string> {
  let printed = "";
  for await (const text of server.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    printed += String(text);
    const address = /address +(https:\S+)/.exec(printed)?.[1];
    if (address !== undefined && printed.includes("\nready")) return address;
  }
  throw new Error(`The server ended before it was ready:\n${printed}`);
}
