import { compareBytes, type Event, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { Method } from "./access-tokens.ts";
import type { AccountRow } from "./account-rows.ts";
import { bytesOf, micros } from "./cells.ts";
import type { Issued, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { issue, type Opened, SESSIONS_PER_ACCOUNT_MAX } from "./issue-session.ts";
import { refresh } from "./refresh.ts";
import { clearSessions, ofAccount, SESSIONS, type SessionRow } from "./session-rows.ts";
import { type Needs, type Prepared, step } from "./session-step.ts";

/** Consecutive failures after which a password, or a code, is not even looked at (NIST SP 800-63B-4 §3.2.2). */
export const FAILURES_IN_A_ROW_MAX = 100;

/** What was shown to get a session. */
export interface Proof {
  readonly method: Method;
  /** A redeemed code confirms the address in the same commit. */
  readonly confirms: boolean;
}

/** The only writer of sessions. Nothing else in the house inserts, rotates, raises or ends one. */
export interface Sessions {
  /** The one way to a session: every check of the account stands here and is repeated in the snapshot of the commit. */
  issue(view: View, account: AccountRow, visit: Visit, proof: Proof): Promise<Opened>;
  refresh(visit: Visit, token: string): Promise<Issued>;
  /** Lifts a session to level 2; the tokens from before stay at level 1, and their refresh has no grace. */
  raise(session: SessionRow, visit: Visit): Prepared;
  /** The password was chosen or shown just now, in this session. */
  proved(session: SessionRow): Step;
  /** Ends sessions of one account and says so in the trail; `keep` is the one that goes on. */
  end(
    view: View,
    account: Id,
    visit: Visit | undefined,
    scope: { readonly name: string; readonly only?: Id; readonly keep?: Id },
  ): Promise<readonly Step[]>;
}

export function createSessions(needs: Needs): Sessions {
  return {
    issue: (...given) => issue(needs, ...given),
    refresh: (...given) => refresh(needs, ...given),
    raise: (...given) => raise(needs, ...given),
    proved: (...given) => proved(needs, ...given),
    end: (...given) => end(needs, ...given),
  };
}

function raise(needs: Needs, session: SessionRow, visit: Visit): Prepared {
  const { core } = needs;
  const { clock } = core;
  const now = clock.now();
  const { steps, issued } = step(needs, { ...session, aal: 2, mfaAt: now }, { rotatedAt: 0 });
  const event: Event = {
    kind: "session.raised",
    ...circumstances(core, visit, session.account),
    account: named(session.account, session.account),
    session: named(session.id, session.account),
    level: 2,
  };
  return { steps: [...steps, ...entries(core, [event])], issued };
}

async function end(
  needs: Needs,
  view: View,
  account: Id,
  visit: Visit | undefined,
  { name, only, keep }: Parameters<Sessions["end"]>[3],
): Promise<readonly Step[]> {
  const { core } = needs;
  const rows = await view.read({ table: SESSIONS, columns: ["id"], where: ofAccount(account), limit: SESSIONS_PER_ACCOUNT_MAX * 2 });
  const ids = rows
    .map(([id]) => bytesOf(id))
    .filter((id) => {
      if (only !== undefined) return compareBytes(id, only) === 0;
      return keep === undefined || compareBytes(id, keep) !== 0;
    });
  if (ids.length === 0) return [];
  const event: Event = {
    kind: "session.ended",
    ...circumstances(core, visit, account),
    account: named(account, account),
    scope: name,
    count: ids.length,
  };
  return [clearSessions({ op: "in", sense: "is", column: "id", values: ids }), ...entries(core, [event])];
}

function proved(needs: Needs, session: SessionRow): Step {
  const { clock } = needs.core;
  const set = { method: "password", proved_at: micros(clock.now()) };
  return { do: "update", table: SESSIONS, key: [session.id], version: session.version, set };
}
