import type { Plan } from "../model/plan.ts";
import type { Settings } from "../settings.ts";

/** What an operation answers: `data` is the stable shape behind --json, `lines` say the same to people. */
export interface Reply {
  readonly data: unknown;
  readonly lines: readonly string[];
  /** 1: a finding or a refusal. */
  readonly exit: 0 | 1;
}

export interface Progress {
  readonly what: string;
  readonly done: number;
  /** Null where nobody knows the end. */
  readonly total: number | null;
  readonly unit: "bytes" | "entries";
}

/**
 * What the running server does for its operator, by name. The same table serves the control socket (where it is a
 * `ControlCommand` of edge) and a command line that opened the app itself, so that both say the same.
 */
export type Operation = (args: unknown, progress: (step: Progress) => void) => Promise<Reply>;
export type Operations = Readonly<Record<string, Operation>>;

/** An app that is open but does not listen. */
export interface App extends AsyncDisposable {
  readonly operations: Operations;
}

/** What app.ts and main.ts give to the command line. */
export interface Wiring {
  /** Opens the app of these settings without listening: takes the lock, or throws Fault `store.refused` when a server has it. */
  openApp(settings: Settings): Promise<App>;
  /** Serves until it is told to stop; gives the exit code. */
  serve(settings: Settings, io: Io): Promise<number>;
  /** Asks a running server. Fault `server.absent` when none listens. */
  ask(settings: Settings, operation: string, args: unknown, progress: (step: unknown) => void): Promise<unknown>;
  /** Reads the config into a plan, with HOLDFAST_KEY removed from the environment first. Fault `plan.invalid` with all problems. */
  loadPlan(settings: Settings): Promise<Plan>;
  /** Reads the firewall's rules that a plan names; Fault `plan.invalid` with all that is wrong with them. */
  checkRules(plan: Plan): Promise<void>;
  /** What stands behind a root reference, for a restore by root; `undefined` when nothing does. */
  readRoot(reference: string): Promise<RootText | undefined>;
  /** Makes a fresh root safe behind the settings' reference or the default place, and gives it back: for a restore to a new place. */
  placeRoot(settings: Settings): Promise<RootText>;
}

export interface RootText {
  readonly reference: string;
  readonly text: string;
}

/** The world outside, as the command line sees it; tests hand in their own. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** All of standard input, bounded. */
  readonly readStdin: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly isTty: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Asks on the terminal without showing what is typed. Called only where stdin is one. */
  readonly askSecret: (question: string) => Promise<string>;
}
