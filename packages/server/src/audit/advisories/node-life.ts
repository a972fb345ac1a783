import { parseVersion } from "./semver.ts";

/** Until when each line of the runtime gets security fixes, by its published schedule: 30 April of the third year. */
const ENDS: Readonly<Record<number, string>> = { 22: "2027-04-30", 24: "2028-04-30", 26: "2029-04-30" };

export interface NodeLife {
  readonly version: string;
  readonly supported: boolean;
  /** The day on which support ends; null for a line that this version does not know. */
  readonly until: string | null;
  /** One sentence for people. */
  readonly says: string;
}

/** A line that is not in the table is not called supported: a newer Holdfast knows it. */
export function lifeOfNode(version: string, now: number): NodeLife {
  const major = parseVersion(version)?.numbers[0];
  const until = major === undefined ? undefined : ENDS[major];
  if (until === undefined)
    return {
      version,
      supported: false,
      until: null,
      says: `Nobody here knows how long Node ${version} is supported. Use Node 26, or a newer Holdfast.`,
    };
  const supported = now < Date.parse(`${until}T23:59:59Z`);
  const says = supported
    ? `Node ${version} gets security fixes until ${until}.`
    : `Node ${version} has had no security fixes since ${until}. Move to a newer line.`;
  return { version, supported, until, says };
}
