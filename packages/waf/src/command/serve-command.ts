import { appendFileSync, openSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { loadRuleFiles } from "../disk/index.ts";
import type { RuleSet } from "../rule/index.ts";
import { numberOption } from "./arguments.ts";
import { type Command, type Console, type Given, UsageProblem } from "./contract.ts";
import type { PassageRecord } from "./listener/index.ts";
import { BUILTIN, PARANOIA, paranoiaOf, RULES, ruleSourceOf, SETUP } from "./options.ts";
import { startServer } from "./server.ts";

const PORT_DEFAULT = 8080;
const PORT_MAX = 65_535;
/** Who is still being answered when it is to stop has so long. */
const DRAIN_MS_MAX = 10_000;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;

/** A proxy sees answers, so rules about them are heard, as in ModSecurity's recommended set-up. */
const DEFAULTS = {
  name: "(defaults of serve)",
  text: "SecResponseBodyAccess On\nSecResponseBodyMimeType text/plain text/html text/xml application/json\n",
};

export const serveCommand: Command = {
  name: "serve",
  summary: "Stand in front of a server, or answer 200 yourself; what is blocked is answered 403.",
  options: [
    { name: "upstream", value: "URL", summary: "where requests go that are let through (http or https); without it, 200 is the answer" },
    { name: "port", value: "N", summary: `the port to listen on (default ${PORT_DEFAULT}; 0: any that is free)` },
    { name: "host", value: "ADDRESS", summary: "the address to listen on (default 127.0.0.1: this machine only)" },
    RULES,
    SETUP,
    PARANOIA,
    BUILTIN,
    { name: "detection-only", value: undefined, summary: "block nothing, log what would have been blocked" },
    { name: "id-header", value: "NAME", summary: "name the ids of all matched rules in this header of every answer" },
    { name: "log", value: "FILE", summary: "append one JSON line for each request that was refused or matched (default: standard output)" },
  ],
  run: async (given, console) => {
    const set = loadRuleFiles({
      ...ruleSourceOf(given),
      defaults: DEFAULTS,
      ...(given.has("detection-only") ? { engine: "detection-only" } : {}),
    });
    const upstream = upstreamOf(given);
    const port = numberOption(given, "port", { from: 0, to: PORT_MAX }) ?? PORT_DEFAULT;
    await using server = await startServer({
      rules: set,
      paranoia: paranoiaOf(given),
      port,
      host: given.text("host") ?? "127.0.0.1",
      upstream,
      idHeader: idHeaderOf(given),
      record: recorder(given, console),
      warmsUp: true,
      drainMs: DRAIN_MS_MAX,
    });
    console.complain(`Listening on http://${addressOf(server.http.address())}.`);
    console.complain(`${said(set, given)} ${upstream === undefined ? "There is no --upstream: the answer is 200." : `What passes goes on to ${upstream.origin}.`}`); // biome-ignore format: one line
    await stopped(console);
    console.complain("Stopping: requests that are under way are answered first.");
    return 0;
  },
};

function addressOf(address: AddressInfo | string | null): string {
  if (typeof address !== "object" || address === null) return String(address);
  return `${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}

/** What is loaded, for whoever wonders why something was refused, or was not. */
function said({ items, remarks, settings }: RuleSet, given: Given): string {
  const rules = items.filter((item) => !("marker" in item)).length;
  const act = settings.engine === "on" ? "blocking" : settings.engine === "off" ? "SecRuleEngine is Off: nothing is looked at" : "detection only: nothing is blocked"; // biome-ignore format: one line
  const from = given.text("rules");
  const source = from === undefined ? "built-in rules" : `rules of ${from}${given.has("builtin") ? " and built-in ones" : ""}`;
  const worth = remarks.length === 0 || from === undefined ? "" : ` ${remarks.length} remarks: holdfast-waf check names them.`;
  return `${rules} ${source}, ${act}.${worth}`;
}

function upstreamOf(given: Given): URL | undefined {
  const text = given.text("upstream");
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "" && url.username === "";
  if (!isPlain) throw new UsageProblem(`--upstream wants http://host:port or https://host:port, found ${text}.`);
  return url;
}

function idHeaderOf(given: Given): string | undefined {
  const name = given.text("id-header");
  if (name !== undefined && !HEADER_NAME.test(name)) throw new UsageProblem(`--id-header wants the name of a header, found ${name}.`);
  return name;
}

function recorder(given: Given, console: Console): (record: PassageRecord) => void {
  const file = given.text("log");
  if (file === undefined) return (record) => console.print(JSON.stringify(record));
  const descriptor = openSync(file, "a", 0o600);
  return (record) => {
    try {
      appendFileSync(descriptor, `${JSON.stringify(record)}\n`);
    } catch (error) {
      // A full disk must not take the site down; what could not be written is said aloud.
      console.complain(`The log cannot be written (${error instanceof Error ? error.message : String(error)}): ${JSON.stringify(record)}`);
    }
  };
}

function stopped(console: Console): Promise<void> {
  return new Promise((resolve) => {
    if (console.stopped.aborted) resolve();
    else console.stopped.addEventListener("abort", () => resolve(), { once: true });
  });
}
