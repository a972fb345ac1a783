import { formatId } from "../kit/index.ts";
import type { Alert, Detection, Look, Silence, Watch } from "../watch/contract.ts";
import { type RulesState, rulesLine } from "../wiring/rules-line.ts";
import { fieldsOf, numberField, optionalText, textField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations, Reply } from "./contract.ts";

/** What a running watch does for its operator. */
export function watchOperations(watch: Watch, detections: readonly Detection[], rules: () => RulesState): Operations {
  return {
    "watch.look": async () => reply({ ...lookJson(watch.look()), rules: { ...rules(), says: rulesLine(rules()) } }, []),
    "alerts.list": async (args) => listReply(await watch.alerts(numberField(fieldsOf(args), "last")), watch.silences(), detections),
    "alerts.silence": async (args) => {
      const fields = fieldsOf(args);
      const silence = await watch.silence({
        detection: textField(fields, "detection"),
        subject: optionalText(fields, "subject") ?? null,
        owner: textField(fields, "owner"),
        reason: textField(fields, "reason"),
        forMs: numberField(fields, "forMs"),
      });
      return reply(silenceJson(silence), [silenceLine(silence), "Alerts are recorded all the same: holdfast alerts list shows them."]);
    },
    "alerts.test": async () => testReply(await watch.test()),
  };
}

function testReply(sent: Awaited<ReturnType<Watch["test"]>>): Reply {
  if (sent.length === 0) {
    return reply({ sent }, ["No channel is set: name one with --alert-webhook and --alert-secret, or with --alert-mail."], 1);
  }
  const lines = sent.map(({ channel, problem }) => `${channel}: ${problem ?? "arrived"}`);
  return reply(
    { sent: sent.map(({ channel, problem }) => ({ channel, problem: problem ?? null })) },
    lines,
    sent.some(({ problem }) => problem !== undefined) ? 1 : 0,
  );
}

function listReply(alerts: readonly Alert[], silences: readonly Silence[], detections: readonly Detection[]): Reply {
  const data = {
    alerts: alerts.map(alertJson),
    silences: silences.map(silenceJson),
    detections: detections.map(({ name, severity, title }) => ({ name, severity, title })),
  };
  const lines = [
    ...(alerts.length === 0 ? ["No alerts."] : alerts.map(alertLine)),
    ...silences.map(silenceLine),
    `Looked for: ${detections.map(({ name }) => name).join(", ")}.`,
  ];
  return reply(data, lines);
}

function alertLine({ lastAt, severity, detection, sentence, count, state }: Alert): string {
  return `${isoTime(lastAt)}  ${severity.padEnd(8)}  ${detection}  ${oneLine(sentence)}  (${count}x, ${state})`;
}

function silenceLine({ detection, subject, owner, reason, until }: Silence): string {
  return `silenced until ${isoTime(until)}: ${detection}${subject === null ? "" : ` about ${oneLine(subject)}`}, by ${oneLine(owner)}: ${oneLine(reason)}`;
}

function alertJson({ id, detection, severity, subject, sentence, count, firstAt, lastAt, state }: Alert): object {
  return { id: formatId(id), detection, severity, subject, sentence, count, firstAt: isoTime(firstAt), lastAt: isoTime(lastAt), state };
}

function silenceJson({ id, detection, subject, owner, reason, createdAt, until }: Silence): object {
  return { id: formatId(id), detection, subject, owner, reason, createdAt: isoTime(createdAt), until: isoTime(until) };
}

function lookJson({ status, counters, alerts, recent }: Look): object {
  return {
    status,
    counters,
    alerts: alerts.map(alertJson),
    recent: recent.map(({ sequence, at, kind }) => ({ sequence, at: isoTime(at), kind })),
  };
}

function isoTime(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : time.toISOString();
}

/** What events carry may come from outside: control characters must not reach a terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
