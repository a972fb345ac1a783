import { styleText } from "node:util";
import { whoCan } from "../access/index.ts";
import type { App } from "../app.ts";
import type { Edge } from "../edge/index.ts";
import { notices } from "../identity/index.ts";
import type { Serving } from "../serve.ts";
import { rulesLine, rulesState } from "./rules-line.ts";

const LABEL_WIDTH = 17;
const ANONYMOUS = "not signed in";
const ACTIONS = ["read", "create", "update", "delete"] as const;

type Shown = Pick<Serving, "edge" | "requestRules">;

/** What `holdfast serve` prints: where it is, how to reach and trust it, what to do next, and one line a protection. */
export async function startLines(app: App, { edge, requestRules }: Shown, { colour }: { colour: boolean }): Promise<readonly string[]> {
  const paint = (format: "bold" | "yellow" | "green", text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const row = ([label, text]: readonly [string, string]): string => `  ${label.padEnd(LABEL_WIDTH)} ${text}`;
  const owed = await whatIsOwed(app);
  return [
    `${paint("bold", app.plan.name)} on Holdfast`,
    ...whereItIs(app, edge).map(row),
    ...(owed.length === 0 ? [] : [paint("yellow", "To do")]),
    ...owed.map(row),
    paint("bold", "Protections"),
    ...protections(app, { edge, requestRules }).map(row),
    ...app.news.map((line) => `  ${line}`),
    paint("green", "ready"),
  ];
}

type Line = readonly [label: string, text: string];

function whereItIs({ identity, folder, settings }: App, edge: Edge): readonly Line[] {
  const trust: Line =
    settings.certificate === undefined
      ? [
          "certificate",
          `made by a local authority: let clients trust ${folder.paths.authority} (NODE_EXTRA_CA_CERTS, or your system's store)`,
        ]
      : ["certificate", settings.certificate.certFile];
  return [["address", edge.url], ["publishable key", identity.publishableKey], trust, ["for programs", folder.paths.connect]];
}

async function whatIsOwed({ keys, identity, settings }: App): Promise<readonly Line[]> {
  const data = `--data ${settings.data}`;
  const lines: Line[] = [];
  if (!keys.kitConfirmed) lines.push(["recovery kit", `keep it away from this machine, then: npx holdfast recovery-kit confirm ${data}`]);
  if (!(await identity.operators.exists())) lines.push(["first operator", `npx holdfast operator add ${data}`]);
  return lines;
}

function alertsLine({ alerts: { webhook, mail } }: App["settings"]): string {
  const ways = [...(webhook === undefined ? [] : ["a signed webhook"]), ...(mail === undefined ? [] : [`mail to ${mail}`])];
  if (ways.length > 0) return `by ${ways.join(" and ")}; try it: npx holdfast alerts test`;
  return "recorded, and nobody is told: name --alert-webhook with --alert-secret, or --alert-mail";
}

/** Read from what runs, so that a line cannot say more than is so. */
export function protections({ plan, trail, keys, data, vault, settings, mail }: App, { edge, requestRules }: Shown): readonly Line[] {
  const open = whoCan(plan).filter((row) => row.who === ANONYMOUS && ACTIONS.some((action) => row[action] !== "none"));
  const head = trail.head();
  const { limits } = plan;
  return [
    ["transport", "TLS 1.2 and 1.3, X25519MLKEM768 first; HTTP/2 and HTTP/1.1; no plain HTTP to the APIs"],
    [
      "access",
      `${data.collections.length} collections, no rule means nobody; open to everybody: ${open.length === 0 ? "nothing" : open.map(({ collection }) => collection).join(", ")}`,
    ],
    ["accounts", notices(plan, { loopbackOnly: edge.loopback, confirmation: "unlessLoopback", mailServer: mail?.server.host }).join(" ")],
    ["at rest", `database encrypted with ${plan.cipher}, page key generation ${keys.pageGeneration}; encrypted fields with XAES-256-GCM`],
    [
      "firewall",
      `${limits.requestsPerAddress.perMinute} requests a minute and address, ${limits.signInsPerAddress.perMinute} sign-ins, ${limits.connectionsPerAddress} connections`,
    ],
    ["request rules", rulesLine(rulesState(plan, requestRules.look()))],
    ["alerts", alertsLine(settings)],
    ["trail", head === undefined ? "empty" : `${head.size} entries, signed head ${Buffer.from(head.root).toString("hex").slice(0, 16)}`],
    [
      "keys",
      `${keys.list.length} keys of instance ${Buffer.from(vault.instanceId).toString("hex").slice(0, 8)}, recovery kit ${keys.kitConfirmed ? "kept" : "not confirmed yet"}`,
    ],
  ];
}
