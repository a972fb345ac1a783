import type { Inspection, RequestText, Suspicion } from "../firewall/contract.ts";
import { type Actor, NOBODY } from "../identity/actor.ts";
import { Fault, formatId, personal } from "../kit/index.ts";
import { readCredentials } from "./credentials.ts";
import type { Head } from "./head.ts";
import type { LifeNeeds, Visit } from "./life.ts";
import type { BoundRoute } from "./routes.ts";

type InspectingNeeds = Pick<LifeNeeds, "inspection" | "store" | "whoIs" | "report" | "clock" | "judge">;

/** Shows the head to the firewall's rules. `undefined` to go on; a promise to wait for, which rejects when the request is blocked. */
export function inspect(needs: InspectingNeeds, visit: Visit, head: Head, bound: BoundRoute | undefined): Promise<void> | undefined {
  const inspection = needs.inspection();
  if (inspection instanceof Promise) return inspection.then((loaded) => look(needs, visit, head, bound, loaded));
  return look(needs, visit, head, bound, inspection);
}

function look(
  needs: InspectingNeeds,
  visit: Visit,
  head: Head,
  bound: BoundRoute | undefined,
  inspection: Inspection,
): Promise<void> | undefined {
  const found = inspection.inspect(textOf(visit, head, bound), (steps) =>
    needs.judge.learn({ kind: "inspected", address: visit.address, steps }),
  );
  return found === undefined ? undefined : act(needs, visit, head, found);
}

function textOf({ call, address }: Visit, { host, headers }: Head, bound: BoundRoute | undefined): RequestText {
  const values = bound?.values ?? "free";
  return { method: call.method, target: values === "declared" ? pathOf(call.target) : call.target, host, headers, address, values };
}

function pathOf(target: string): string {
  const mark = target.indexOf("?");
  return mark === -1 ? target : target.slice(0, mark);
}

/** Only what is found is worth asking who sent it. */
async function act(needs: InspectingNeeds, visit: Visit, head: Head, { act, rule, score }: Suspicion): Promise<void> {
  const actor = await actorOf(needs, head);
  const account = actor.kind === "account" ? actor.id : null;
  needs.report({
    kind: "request.blocked",
    at: needs.clock.now(),
    request: visit.id,
    address: personal(visit.address, account),
    rule,
    route: visit.route?.name ?? "",
    score,
    account: personal(account === null ? "" : formatId(account), account),
    act,
  });
  if (act !== "block") return;
  needs.judge.learn({ kind: "blocked", address: visit.address });
  throw new Fault("firewall.refused", "This request was refused.");
}

async function actorOf(needs: InspectingNeeds, { headers, address }: Head): Promise<Actor> {
  try {
    const credentials = readCredentials(headers, address);
    return await needs.store.view((view) => needs.whoIs(credentials, view));
  } catch {
    // Whoever cannot be told is nobody; the request is judged the same.
    return NOBODY;
  }
}
