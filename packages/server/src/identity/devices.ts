import ipaddr from "ipaddr.js";
import type { Filter } from "../model/filter.ts";
import type { Step, View } from "../store/contract.ts";
import type { AccountRow } from "./account-rows.ts";
import { openAddress } from "./account-view.ts";
import { bytesOf, micros, millis, numberOf } from "./cells.ts";
import type { Visit } from "./contract.ts";
import type { Core } from "./core.ts";
import { NOT_POSTED, type Outbox, type Posted } from "./mailbox.ts";
import { joinHash, splitHash } from "./one-time-codes.ts";

export const DEVICES = "identity.devices";
const MARKS_PER_ACCOUNT_MAX = 30;
const SEEN_EVERY_MS = 86_400_000;

interface Needs {
  readonly core: Core;
  readonly outbox: Outbox;
}

/**
 * Remembers from which kind of program and network an account signs in, as a MAC that tells neither, and writes to its owner when
 * a session comes from another. The first one is no news.
 */
export async function noticeDevice({ core, outbox }: Needs, view: View, account: AccountRow, visit: Visit): Promise<Posted> {
  const { vault, clock, cells, letters } = core;
  const now = clock.now();
  const program = programOf(visit.agent ?? "");
  const parts = [account.id, program, networkOf(visit.address)];
  const rows = await view.read({
    table: DEVICES,
    columns: ["mark", "seen_at", "row_version"],
    where: ofAccount(account.id),
    order: [{ column: "seen_at", direction: "desc", nulls: "last" }],
    limit: MARKS_PER_ACCOUNT_MAX,
  });
  // Each under the key of its time: rotating the token key makes nobody's devices new.
  const known = rows.find(([mark]) => vault.checkMac("device", splitHash(bytesOf(mark)), parts));
  if (known !== undefined) {
    const isRecent = now - millis(numberOf(known[1])) < SEEN_EVERY_MS;
    const key = [account.id, bytesOf(known[0])];
    const seen: Step = { do: "update", table: DEVICES, key, version: numberOf(known[2]), set: { seen_at: micros(now) } };
    return isRecent ? NOT_POSTED : { ...NOT_POSTED, steps: [seen] };
  }
  const row = { account: account.id, mark: joinHash(vault.mac("device", parts)), seen_at: micros(now) };
  const oldest = rows.length < MARKS_PER_ACCOUNT_MAX ? [] : rows.slice(-1).map(([mark]) => forgetMark(account, bytesOf(mark)));
  const to = openAddress(cells, account);
  const isNews = rows.length > 0 && account.confirmedAt !== null && to !== null;
  const device = [program, visit.address].filter((part) => part !== "").join(" · ");
  const letter = isNews ? outbox.post(visit, letters.plain(visit, { to, account: account.id }, "new-device", device)) : NOT_POSTED;
  return { steps: [...oldest, { do: "insert", table: DEVICES, row }, ...letter.steps], done: letter.done };
}

/** What is remembered of an account's devices goes with it. */
export function clearDevices(account: Uint8Array): Step {
  return { do: "clear", table: DEVICES, where: ofAccount(account) };
}

function ofAccount(account: Uint8Array): Filter {
  return { op: "compare", sense: "is", column: "account", by: "eq", value: account };
}

function forgetMark({ id }: AccountRow, mark: Uint8Array): Step {
  return {
    do: "clear",
    table: DEVICES,
    where: { op: "all", of: [ofAccount(id), { op: "compare", sense: "is", column: "mark", by: "eq", value: mark }] },
  };
}

/** The first that matches. Only these words reach a letter: what a program says of itself could be an advertisement, or a lie in our name. */
const PROGRAMS = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bWhale\//, "Whale"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/\bDart\//, "Flutter"],
  [/\bokhttp\//, "Android"],
  [/\bCFNetwork\//, "Apple"],
  [/\bpython\b/i, "Python"],
  [/\bcurl\//, "curl"],
  [/^node\b|\bundici\b/, "Node.js"],
] as const;

const SYSTEMS = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac(?: OS X|intosh)\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
] as const;

const AGENT_CHARACTERS_MAX = 512;

export function programOf(agent: string): string {
  const text = agent.slice(0, AGENT_CHARACTERS_MAX);
  const name = (rows: readonly (readonly [RegExp, string])[]): readonly string[] => {
    const [, word] = rows.find(([pattern]) => pattern.test(text)) ?? [];
    return word === undefined ? [] : [word];
  };
  return [...new Set([...name(PROGRAMS), ...name(SYSTEMS)])].join(", ");
}

/** /16 or /32: addresses of one home or office change, and its provider rarely does. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return "";
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  return `${parsed.kind()} ${bytes.slice(0, parsed.kind() === "ipv4" ? 2 : 4).join(".")}`;
}
