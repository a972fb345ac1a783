import { systemClock } from "../kit/index.ts";
import { readMoment } from "./args.ts";
import { type Command, UsageError } from "./command.ts";

export const incidentCommand: Command = {
  name: "incident",
  summary: "Answer after an incident: who did what, to whom, in some time.",
  positionals: [],
  options: {
    actor: { type: "string", metavar: "ACCOUNT", summary: "an account's id or e-mail address, or the id of a secret key" },
    address: { type: "string", metavar: "ADDRESS", summary: "a network address, as the server saw it" },
    from: { type: "string", metavar: "TIME", summary: "from then on: 2026-11-20T08:00:00Z, or 2h for the last two hours" },
    to: { type: "string", metavar: "TIME", summary: "up to then (default: now)" },
  },
  run({ operate, text }) {
    const now = systemClock.now();
    const from = text("from");
    if (from === undefined) throw new UsageError("Say from when: --from 2026-11-20T08:00:00Z, or --from 2h for the last two hours.");
    const [start, end] = [readMoment(from, "from", now), readMoment(text("to") ?? "0s", "to", now)];
    if (end <= start) throw new UsageError("--to lies before --from: no time is between them.");
    const [actor, address] = [text("actor"), text("address")];
    return operate("incident", {
      from: start,
      to: end,
      ...(actor === undefined ? {} : { actor }),
      ...(address === undefined ? {} : { address }),
    });
  },
};
