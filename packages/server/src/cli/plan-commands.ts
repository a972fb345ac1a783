import { existsSync, writeFileSync } from "node:fs";
import { printWhoCan, whoCan } from "../access/index.ts";
import { Fault } from "../kit/index.ts";
import { collection, define, type Plan, planFrom, text } from "../model/index.ts";
import { type Command, reply } from "./command.ts";
import { counted } from "./output.ts";

export const accessCommand: Command = {
  name: "access",
  summary: "Print who can do what, from the rules of the config alone.",
  positionals: [],
  options: {},
  async run({ wiring, settings }) {
    const plan = await wiring.loadPlan(settings);
    const rows = whoCan(plan);
    return reply({ access: rows }, printWhoCan(rows).trimEnd().split("\n"));
  },
};

export const checkConfigCommand: Command = {
  name: "check-config",
  summary: "Read the config and report all its problems at once; opens nothing.",
  positionals: [],
  options: {},
  async run({ wiring, settings }) {
    const plan = await wiring.loadPlan(settings);
    await wiring.checkRules(plan);
    const { name, collections, roles } = plan;
    const data = { ok: true, name, collections: collections.map((collection) => collection.name), roles };
    return reply(data, [
      `${settings.config} is fine: ${name}, with ${counted(collections.length, "collection", "collections")} and ${counted(roles.length, "role", "roles")}.`,
    ]);
  },
};

export const explainCommand: Command = {
  name: "explain",
  summary: "Print the settings and the plan as they are in force, and who set each.",
  positionals: [],
  options: {},
  async run({ wiring, settings, said }) {
    const plan = await wiring.loadPlan(settings);
    const planned = planRows(plan, unsaidPlan());
    const data = {
      settings: said.map(({ name, value, source, setBy }) => ({ name, value, source, setBy })),
      plan: planned.map(([name, value, setBy]) => ({ name, value, setBy })),
    };
    const rows = [...said.map(({ name, value, setBy }): Row => [name, value === "" ? "–" : value, setBy]), ...planned];
    return reply(data, table(rows));
  },
};

type Row = readonly [name: string, value: string, setBy: string];

/** What a config that says nothing but its name would give: all else that differs was said by the config. */
function unsaidPlan(): Plan {
  return planFrom(define({ name: "Unsaid", collections: { unsaid: collection({ fields: { word: text({ max: 1 }) } }) } }));
}

function planRows(plan: Plan, unsaid: Plan): readonly Row[] {
  const setBy = (value: unknown, otherwise: unknown): string =>
    JSON.stringify(value) === JSON.stringify(otherwise) ? "default" : "config";
  const list = (name: string, values: readonly string[], otherwise: readonly string[]): Row => [
    name,
    values.length === 0 ? "–" : values.join(", "),
    setBy(values, otherwise),
  ];
  const group = (name: string, values: object, otherwise: object, words: (name: string, value: unknown) => string): readonly Row[] => {
    const known = new Map<string, unknown>(Object.entries(otherwise));
    return Object.entries(values).map(([key, value]): Row => [`${name}.${key}`, words(key, value), setBy(value, known.get(key))]);
  };
  return [
    ["name", plan.name, "config"],
    list("roles", plan.roles, unsaid.roles),
    ...plan.collections.map(
      ({ name, fields, tenant }): Row => [
        `collections.${name}`,
        `${fields.filter(({ system }) => !system).length} fields, ${fields.filter(({ secrecy }) => secrecy !== "plain").length} encrypted${tenant ? ", by tenant" : ""}`,
        "config",
      ],
    ),
    ...group("accounts", plan.accounts, unsaid.accounts, (key, value) => (key.endsWith("Ms") ? `${value} ms` : String(value))),
    list("origins", plan.origins, unsaid.origins),
    list("networks.allow", plan.networks.allow, unsaid.networks.allow),
    list("networks.deny", plan.networks.deny, unsaid.networks.deny),
    list("networks.trustedProxies", plan.networks.trustedProxies, unsaid.networks.trustedProxies),
    ["cipher", plan.cipher, setBy(plan.cipher, unsaid.cipher)],
    ...group("limits", plan.limits, unsaid.limits, (_, value) => limitText(value)),
  ];
}

function limitText(value: unknown): string {
  if (typeof value === "object" && value !== null && "perMinute" in value && "burst" in value)
    return `${value.perMinute} a minute, burst ${value.burst}`;
  return String(value);
}

function table(rows: readonly Row[]): readonly string[] {
  const width = (column: 0 | 1): number => Math.min(60, Math.max(...rows.map((row) => row[column].length)));
  const [names, values] = [width(0), width(1)];
  return rows.map(([name, value, setBy]) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${setBy}`);
}

const STARTER = `import { accounts, collection, define, oneOf, ref, text } from "holdfast";

// Each collection says what it holds and who may touch it. Without a rule, nobody may.
const notes = collection({
  fields: {
    owner: ref(accounts),
    title: text({ max: 200 }),
    body:  text({ max: 10_000, personal: true }).encrypted(),
    state: oneOf("draft", "done"),
  },
  indexes: [["owner", "state"]],
  access: ({ row, actor }) => ({
    read:   row.owner.is(actor.id),
    create: row.owner.is(actor.id),
    update: { old: row.owner.is(actor.id), new: row.owner.unchanged() },
    delete: row.owner.is(actor.id),
  }),
});

export default define({ name: "My app", collections: { notes } });
`;

export const initCommand: Command = {
  name: "init",
  summary: "Write a config to begin with.",
  positionals: [],
  options: {},
  run({ settings: { config } }) {
    if (existsSync(config)) throw new Fault("settings.invalid", `There is a file ${config} already. Nothing was written.`);
    writeFileSync(config, STARTER, { flag: "wx" });
    return Promise.resolve(reply({ config }, [`${config} is written. Next: holdfast check-config, then holdfast serve.`]));
  },
};
