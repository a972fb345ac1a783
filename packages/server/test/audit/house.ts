import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type App, openApp } from "../../src/app.ts";
import type { Facts, Sources } from "../../src/audit/contract.ts";
import { gather } from "../../src/audit/run-checks.ts";
import { systemClock } from "../../src/kit/index.ts";
import { type Serving, serve } from "../../src/serve.ts";
import { readSettings } from "../../src/settings.ts";
import { createHouseAudit } from "../../src/wiring/audit-schedule.ts";
import { createSources } from "../../src/wiring/audit-sources.ts";

const CLINIC = fileURLToPath(new URL("../../../../examples/clinic/holdfast.config.ts", import.meta.url));
/** Of npm start: the test runner hands on many more. */
const SWITCHES = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];
/** As main.ts sets it before anything else. */
process.umask(0o077);

export interface TestHouse extends AsyncDisposable {
  readonly folder: string;
  readonly app: App;
  readonly serving: Serving;
  readonly sources: Sources;
  readonly lines: { readonly what: string }[];
  audit(): ReturnType<typeof createHouseAudit>;
}

/** The example as `npm start` serves it: a fresh folder, every default, a real listener. */
export async function openHouse(
  given: { readonly config?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TestHouse> {
  const folder = await mkdtemp(join(tmpdir(), "audit-"));
  const env = {
    HOLDFAST_CONFIG: given.config ?? CLINIC,
    HOLDFAST_DATA: join(folder, "data"),
    HOLDFAST_PORT: "0",
    HOLDFAST_KEY: `file:${join(folder, "keys", "root.key")}`,
    ...given.env,
  };
  const { settings } = readSettings({ flags: {}, env, cwd: folder });
  await using opening = new AsyncDisposableStack();
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const app = opening.use(await openApp({ settings, clock: systemClock, env: {}, askPassphrase: undefined, url: () => "" }));
  const lines: { what: string }[] = [];
  const switches = { nodeOptions: undefined, execArgv: SWITCHES };
  const serving = opening.use(await serve({ app, operations: async () => ({}), log: (line) => lines.push(line), switches }));
  const { edge, drills, requestRules } = serving;
  const needs = {
    app,
    host: settings.host,
    edge,
    drills,
    requestRules,
    watch: undefined,
    startedAt: systemClock.now(),
    desk: () => undefined,
  };
  const open = opening.move();
  return {
    folder,
    app,
    serving,
    lines,
    sources: createSources({ ...needs, env: {}, execArgv: SWITCHES }),
    audit: () => createHouseAudit(needs),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Every fact, looked at once, so that many checks can be tried on it. */
export async function factsOf({ sources, app }: Pick<TestHouse, "sources" | "app">): Promise<Facts> {
  const now = app.clock.now();
  const history = { lastRunAt: undefined, everyMs: 86_400_000, broken: [], runs: 0, waivers: [] };
  return gather({ sources, history, now });
}
