const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const PART = /(\d{1,9}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h)/y;
const DURATION_MS_MAX = 100 * 365 * 86_400_000;

/** Durations as Go writes them ("1h30m", "1.5h"), which the dialect uses for bans; `undefined` for anything else. */
export function parseGoDuration(text: string): number | undefined {
  PART.lastIndex = 0;
  let ms = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    const unit = UNIT_MS[match?.[2] ?? ""];
    if (match === null || unit === undefined) return undefined;
    ms += Number(match[1]) * unit;
  }
  return text === "" || ms <= 0 || ms > DURATION_MS_MAX ? undefined : Math.ceil(ms);
}
