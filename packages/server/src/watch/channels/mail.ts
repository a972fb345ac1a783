import type { Channel, Message } from "../contract.ts";

export interface AlertLetter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailNeeds {
  readonly to: string;
  /** Resolves when a mail server has taken the letter. */
  readonly post: (letter: AlertLetter) => Promise<void>;
  readonly name: string;
}

/** Plain text, both languages in one letter: nobody asks an alert to be shown in another one. Heartbeats are for machines. */
export function createMail({ to, post, name }: MailNeeds): Channel {
  return {
    name: "mail",
    carries: (kind) => kind !== "heartbeat",
    send: (message) => post({ to, subject: subjectOf(message, name), text: textOf(message) }),
  };
}

function subjectOf({ severity, title, kind }: Message, name: string): string {
  const again = kind === "repeat" ? "still: " : "";
  return oneLine(`[${name}] ${severity === "none" ? "" : `${severity}: `}${again}${title.en} / ${title.ko}`);
}

function textOf({ title, advice, alerts, more, facts }: Message): string {
  const lines = alerts.map(
    ({ sentence, count, firstAt, lastAt }) =>
      `- ${oneLine(sentence)}\n  ${count}x, ${new Date(firstAt).toISOString()} – ${new Date(lastAt).toISOString()}`,
  );
  const rest = more === 0 ? [] : [`- … and ${more} more: holdfast alerts list`];
  const notes = Object.entries(facts).map(([fact, value]) => `${fact}: ${oneLine(String(value))}`);
  return [title.en, title.ko, "", ...lines, ...rest, "", advice.en, advice.ko, "", ...notes, ""].join("\n");
}

/** What events carry may come from outside: it must not begin a line, or a header, of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
