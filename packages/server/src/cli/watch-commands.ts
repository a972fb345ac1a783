import { setTimeout as wait } from "node:timers/promises";
import { Fault, isFault, parseDuration, systemClock } from "../kit/index.ts";
import { asReply, type Fields, fieldsOf, readCount } from "./args.ts";
import { type Call, type Command, reply, UsageError } from "./command.ts";

const LOOK_EVERY_MS = 1_000;
const LAST_DEFAULT = "50";
const LAST_MAX = 1_000;
const CLEAR = "\u001b[H\u001b[2J";
const BUSIEST = 12;
const NEWEST = 8;

export const watchCommand: Command = {
  name: "watch",
  summary: "Show what happens in the running server, live: events, rates and alerts.",
  positionals: [],
  options: { for: { type: "string", metavar: "TIME", summary: "stop after so long, like 30s (default: until you stop it)" } },
  async run(call) {
    const until = call.text("for") === undefined ? Number.POSITIVE_INFINITY : systemClock.elapsed() + durationOf(call, "for");
    const show = call.isSet("json") ? createStream(call) : createScreen(call);
    for (;;) {
      show(await look(call));
      if (systemClock.elapsed() >= until) return reply({ stopped: true }, []);
      await wait(Math.min(LOOK_EVERY_MS, Math.max(1, until - systemClock.elapsed())));
    }
  },
};

export const alertsListCommand: Command = {
  name: "alerts list",
  summary: "Show the newest alerts, and what is silenced by whom until when.",
  positionals: [],
  options: { last: { type: "string", metavar: "NUMBER", summary: `the newest so many, at most ${LAST_MAX} (default: ${LAST_DEFAULT})` } },
  run: (call) => call.operate("alerts.list", { last: readCount(call.text("last") ?? LAST_DEFAULT, "last", LAST_MAX) }),
};

export const alertsSilenceCommand: Command = {
  name: "alerts silence",
  summary: "Tell nobody of a kind of alert for a while. They are recorded all the same.",
  positionals: [{ name: "DETECTION", required: true, summary: "its name, as `holdfast alerts list` shows it" }],
  options: {
    for: { type: "string", metavar: "TIME", summary: "for so long, like 2h or 7d; 30d at most" },
    owner: { type: "string", metavar: "NAME", summary: "who answers for it" },
    reason: { type: "string", metavar: "TEXT", summary: "why" },
    subject: { type: "string", metavar: "SUBJECT", summary: "only alerts about this account or network (default: all)" },
  },
  run(call) {
    const subject = call.text("subject");
    return call.operate("alerts.silence", {
      detection: call.positional("DETECTION"),
      forMs: durationOf(call, "for"),
      owner: needed(call, "owner"),
      reason: needed(call, "reason"),
      ...(subject === undefined ? {} : { subject }),
    });
  },
};

export const alertsTestCommand: Command = {
  name: "alerts test",
  summary: "Send a test through every channel now, and say what arrived.",
  positionals: [],
  options: {},
  run: (call) => call.operate("alerts.test", {}),
};

function needed(call: Call, option: string): string {
  const text = call.text(option);
  if (text === undefined) throw new UsageError(`--${option} is missing. Run \`holdfast alerts silence --help\`.`);
  return text;
}

function durationOf(call: Call, option: string): number {
  const text = needed(call, option);
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new UsageError(`--${option} takes a duration like 30s, 2h or 7d; it was "${text}".`);
  return ms;
}

interface Glance {
  readonly status: Fields;
  /** Of the firewall. */
  readonly rules: Fields;
  readonly counters: readonly Fields[];
  readonly alerts: readonly Fields[];
  readonly recent: readonly Fields[];
}

async function look({ wiring, settings }: Call): Promise<Glance> {
  try {
    const { data } = asReply(await wiring.ask(settings, "watch.look", {}, () => undefined));
    const { status, rules, counters, alerts, recent } = fieldsOf(data);
    return { status: fieldsOf(status), rules: fieldsOf(rules), counters: listOf(counters), alerts: listOf(alerts), recent: listOf(recent) };
  } catch (error) {
    if (!isFault(error, "server.absent")) throw error;
    throw new Fault("server.absent", "No server is running on this data folder. Start it with `holdfast serve`.", { cause: error });
  }
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** A line of JSON for each event that is new, and for each alert and status that has changed. */
function createStream({ io }: Call): (glance: Glance) => void {
  const said = new Map<string, string>();
  let sequence = 0;
  const line = (type: string, value: Fields): void => void io.stdout.write(`${JSON.stringify({ type, ...value })}\n`);
  const changed = (key: string, value: Fields): boolean => {
    const text = JSON.stringify(value);
    if (said.get(key) === text) return false;
    said.set(key, text);
    return true;
  };
  return ({ status, rules, counters, alerts, recent }) => {
    if (changed("status", status)) line("status", status);
    if (changed("rules", rules)) line("rules", rules);
    for (const counter of counters) if (changed(`counter ${String(counter["kind"])}`, counter)) line("counter", counter);
    for (const alert of alerts) if (changed(`alert ${String(alert["id"])}`, alert)) line("alert", alert);
    const news = recent.filter((event) => Number(event["sequence"]) > sequence);
    for (const event of news) line("event", event);
    sequence = Math.max(sequence, ...news.map((event) => Number(event["sequence"])));
  };
}

/** On a terminal one picture that is drawn again; elsewhere one after the other. */
function createScreen({ io }: Call): (glance: Glance) => void {
  const clear = io.isTty.stdout ? CLEAR : "";
  return (glance) => void io.stdout.write(`${clear}${pictureOf(glance).join("\n")}\n`);
}

function pictureOf({ status, rules, counters, alerts, recent }: Glance): readonly string[] {
  const busiest = [...counters].toSorted((a, b) => Number(b["lastHour"]) - Number(a["lastHour"])).slice(0, BUSIEST);
  const channels = listOf(status["channels"]);
  return [
    `${String(status["state"])}${status["because"] === "" ? "" : `: ${clean(status["because"])}`}, ${String(status["openAlerts"])} open alerts`,
    channels.length === 0
      ? "no channel: nobody is told (--alert-webhook, --alert-mail)"
      : channels
          .map(
            ({ name, waiting, failures }) =>
              `${String(name)}: ${String(waiting)} waiting${Number(failures) > 0 ? `, tried ${String(failures)} times` : ""}`,
          )
          .join("; "),
    `request rules ${clean(rules["says"])}`,
    "",
    `${"event".padEnd(24)}${"minute".padStart(10)}${"hour".padStart(10)}${"in all".padStart(12)}`,
    ...busiest.map(
      ({ kind, lastMinute, lastHour, total }) =>
        `${clean(kind).padEnd(24)}${String(lastMinute).padStart(10)}${String(lastHour).padStart(10)}${String(total).padStart(12)}`,
    ),
    "",
    ...(alerts.length === 0
      ? ["no open alert"]
      : alerts.map(
          ({ severity, detection, sentence, count }) =>
            `${clean(severity).padEnd(9)}${clean(detection).padEnd(18)}${clean(sentence)} (${String(count)}x)`,
        )),
    "",
    ...recent.slice(-NEWEST).map(({ at, kind }) => `${clean(at)}  ${clean(kind)}`),
  ];
}

/** What events carry may come from outside: control characters must not reach a terminal. */
function clean(value: unknown): string {
  return String(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
