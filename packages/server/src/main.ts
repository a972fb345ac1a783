import { registerHooks } from "node:module";
import process from "node:process";
import { bootWriter } from "./store/sqlite/boot-writer.ts";

const REFERENCE_VARIABLES = ["HOLDFAST_KEY", "HOLDFAST_SMTP", "HOLDFAST_BACKUPS_KEY", "HOLDFAST_ALERT_SECRET", "HOLDFAST_ALERT_WEBHOOK"];
const OWNER_ONLY_UMASK = 0o077;

process.umask(OWNER_ONLY_UMASK);
// Kept aside before anything else runs: a config is code, and has no business with what opens the keys or speaks to others in our name.
const env = { ...process.env };
for (const variable of REFERENCE_VARIABLES) {
  const named = /^env:(.+)$/.exec(env[variable] ?? "")?.[1];
  for (const name of [variable, named]) if (name !== undefined) delete process.env[name];
}

// Our own files name each other in full, so nothing has to be looked for on the disk: that is a third of the time that loading takes.
const HERE = new URL("./", import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith(".") && context.parentURL?.startsWith(HERE) === true;
    if (!isOurs) return next(specifier, context);
    const format = specifier.endsWith(".ts") ? "module-typescript" : "module";
    return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true };
  },
});

const argv = process.argv.slice(2);
const [first] = argv;
// The longest part of a start after loading the house is loading its writer: both go at the same time, so this file imports nothing else.
const serves = (first === undefined || first === "serve" || first.startsWith("-")) && !argv.includes("--help");
const writer = serves ? bootWriter() : undefined;
const { commandLine } = await import("./command-line.ts");
process.exitCode = await commandLine({ argv, env, writer });
