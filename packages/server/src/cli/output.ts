import { styleText } from "node:util";
import { type FaultCode, faultFrom, isFault } from "../kit/index.ts";
import { asProgress } from "./args.ts";
import { UsageError } from "./command.ts";
import type { Io, Progress, Reply } from "./contract.ts";

export type Style = "bold" | "dim" | "red";
export type Paint = (style: Style, text: string) => string;

/**
 * Results go to stdout; progress and errors to stderr. With --json each result is one line of JSON, and so is each error.
 * Colour only where stdout is a terminal and NO_COLOR is not set (no-color.org).
 */
export interface Output {
  readonly paint: Paint;
  text(lines: readonly string[]): void;
  reply(reply: Reply): void;
  progress(step: unknown): void;
  fail(error: unknown): void;
}

/** What to do next, where the fault's own sentence does not say it. */
const NEXT: Partial<Record<FaultCode, string>> = {
  "settings.invalid": "Mend the settings, then run it again. `holdfast explain` shows who set each.",
  "plan.invalid": "Mend the config, then run `holdfast check-config`.",
  "vault.refused": "Check where the root key lies (--root-key or HOLDFAST_KEY); the recovery kit opens a backup without it.",
  "store.refused": "Look at what --data names: `holdfast explain` shows it.",
  "store.unavailable": "Look at the disk of the data folder: is it full, or read-only?",
  "store.outcome_unknown": "Look whether it was done before you do it again.",
  "server.busy": "Wait a moment, then run it again.",
  "trail.refused": "Run `holdfast trail verify` to see what differs; `holdfast restore` brings a good backup back.",
  "backup.refused": "Nothing was changed.",
  "advisories.unreadable": "Look at --advisories, or take another source: `holdfast explain` shows who set it.",
  "data.missing": "Look at the list first.",
  "request.malformed": "Run the holdfast of the version that serves this folder.",
  internal: "Run it again; if it stays, report it with what stands above.",
};

/** Bytes that are not as they were written: no other key helps. */
const NEXT_AFTER_DAMAGE = "Looking for another key does not help; `holdfast restore` brings a backup back, into a new folder.";

const PERCENT_STEP = 10;

export function createOutput(io: Io, json: boolean): Output {
  const hasColour = (io.env["NO_COLOR"] ?? "") === "" && io.isTty.stdout && !json;
  const paint: Paint = (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text);
  const line = createProgressLine(io, json);
  return {
    paint,
    text: (lines) => void io.stdout.write(`${lines.join("\n")}\n`),
    reply({ data, lines }) {
      line.end();
      io.stdout.write(json ? `${JSON.stringify(data)}\n` : lines.map((text) => `${text}\n`).join(""));
    },
    progress(step) {
      const read = asProgress(step);
      if (read !== undefined) line.show(read);
    },
    fail(error) {
      line.end();
      const { code, message, next } = wordsOf(error);
      if (json) io.stderr.write(`${JSON.stringify({ error: { code, message, next } })}\n`);
      else io.stderr.write(`holdfast: ${message}\n${next === "" ? "" : `${next}\n`}`);
    },
  };
}

function wordsOf(error: unknown): { readonly code: string; readonly message: string; readonly next: string } {
  if (error instanceof UsageError) return { code: "usage", message: error.message, next: "" };
  const { code, message, detail, cause } = faultFrom(error);
  // Whoever runs the command owns the machine: the reason behind an unexpected error is theirs to see.
  const because = code === "internal" && cause instanceof Error && !isFault(cause) ? ` (${cause.message})` : "";
  return { code, message: `${message}${because}`, next: detail["because"] === "damage" ? NEXT_AFTER_DAMAGE : (NEXT[code] ?? "") };
}

interface ProgressLine {
  show(step: Progress): void;
  end(): void;
}

/** One line that renews itself on a terminal; elsewhere a line at every tenth. */
function createProgressLine({ stderr, isTty }: Io, json: boolean): ProgressLine {
  let shown = "";
  let tenth = -1;
  return {
    show(step) {
      const text = describe(step);
      if (isTty.stderr) {
        stderr.write(`\r${text.padEnd(shown.length)}`);
        shown = text;
        return;
      }
      const now = Math.floor(percent(step) / PERCENT_STEP);
      if (json || now === tenth) return;
      tenth = now;
      stderr.write(`${text}\n`);
    },
    end() {
      if (shown !== "") stderr.write("\n");
      shown = "";
    },
  };
}

function describe(step: Progress): string {
  const { what, done, total, unit } = step;
  const amount = (count: number): string => (unit === "bytes" ? formatBytes(count) : `${count} ${unit}`);
  return total === null ? `${what}: ${amount(done)}` : `${what}: ${percent(step)} % of ${amount(total)}`;
}

function percent({ done, total }: Progress): number {
  return total === null || total === 0 ? 0 : Math.floor((100 * done) / total);
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const at = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return at === 0 ? `${bytes} B` : `${(bytes / 1000 ** at).toFixed(1)} ${units[at]}`;
}

/** "1 entry", "2 entries". */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
