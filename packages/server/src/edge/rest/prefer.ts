import type { Count } from "../../data/index.ts";
import { Fault } from "../../kit/index.ts";

/** What the header `Prefer` asks for (RFC 7240). Of a preference that is named twice, the first counts. */
export interface Preferences {
  readonly return: "minimal" | "representation" | "headers-only" | undefined;
  readonly count: Count | undefined;
  readonly resolution: "merge-duplicates" | "ignore-duplicates" | undefined;
  readonly missing: "default" | "null" | undefined;
  readonly handling: "strict" | "lenient" | undefined;
  /** Counts only together with `handling=strict`, as in the dialect. */
  readonly maxAffected: number | undefined;
}

/** Understood and without effect: a write here is always one transaction of its own, and is always committed. */
const IGNORED = new Set(["tx", "timezone"]);

const PREFERENCES_MAX = 20;

const WORDS = {
  return: ["minimal", "representation", "headers-only"],
  count: ["exact", "planned", "estimated"],
  resolution: ["merge-duplicates", "ignore-duplicates"],
  missing: ["default", "null"],
  handling: ["strict", "lenient"],
} as const;

const NONE: Preferences = {
  return: undefined,
  count: undefined,
  resolution: undefined,
  missing: undefined,
  handling: undefined,
  maxAffected: undefined,
};

export function readPreferences(header: string | undefined): Preferences {
  if (header === undefined || header === "") return NONE;
  const given = new Map<string, string>();
  const unknown: string[] = [];
  for (const part of header.split(",", PREFERENCES_MAX)) {
    const [name = "", value = ""] = part.trim().split("=", 2);
    if (isKnown(name, value)) given.set(name, given.get(name) ?? value);
    else if (!IGNORED.has(name) && name !== "") unknown.push(name);
  }
  const word = <K extends keyof typeof WORDS>(name: K): (typeof WORDS)[K][number] | undefined =>
    WORDS[name].find((candidate) => candidate === given.get(name));
  const handling = word("handling");
  if (handling === "strict" && unknown.length > 0) throw strictFault(unknown);
  const maxAffected = given.get("max-affected");
  return {
    return: word("return"),
    count: word("count"),
    resolution: word("resolution"),
    missing: word("missing"),
    handling,
    maxAffected: handling === "strict" && maxAffected !== undefined ? Number(maxAffected) : undefined,
  };
}

function isKnown(name: string, value: string): boolean {
  if (name === "max-affected") return /^\d{1,9}$/.test(value);
  const words: readonly string[] | undefined = Object.hasOwn(WORDS, name) ? WORDS[name as keyof typeof WORDS] : undefined;
  return words?.includes(value) ?? false;
}

function strictFault(names: readonly string[]): Fault {
  const details = `Invalid preferences: ${names.map((name) => name.slice(0, 40)).join(", ")}`;
  return new Fault("request.malformed", "Invalid preferences given with handling=strict", { detail: { rest: "PGRST122", details } });
}

/** The value of `Preference-Applied`: what was asked for and has been kept to; "" for nothing. */
export function appliedPreferences(preferences: Preferences, method: string): string {
  if (preferences === NONE) return "";
  const writes = method !== "GET" && method !== "HEAD";
  const applied = [
    method === "POST" && preferences.resolution !== undefined ? `resolution=${preferences.resolution}` : "",
    method === "POST" && preferences.missing !== undefined ? `missing=${preferences.missing}` : "",
    writes && preferences.return !== undefined ? `return=${preferences.return}` : "",
    preferences.count !== undefined ? `count=${preferences.count}` : "",
    preferences.handling !== undefined ? `handling=${preferences.handling}` : "",
    writes && method !== "POST" && preferences.maxAffected !== undefined ? `max-affected=${preferences.maxAffected}` : "",
  ];
  return applied.filter((word) => word !== "").join(", ");
}
