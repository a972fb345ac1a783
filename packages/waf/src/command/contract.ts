/** Where a command writes and what it may ask of the process: handed in, so that tests can run commands. */
export interface Console {
  /** One line for standard output. */
  readonly print: (line: string) => void;
  /** One line for standard error. */
  readonly complain: (line: string) => void;
  /** Progress that overwrites itself; nothing where the output is not a terminal. */
  readonly progress: (text: string) => void;
  /** Ends when the process is asked to stop. */
  readonly stopped: AbortSignal;
  /** All of standard input. */
  readonly readInput: () => Promise<Uint8Array>;
}

export interface Command {
  readonly name: string;
  /** What the words behind its name are. Absent: it takes options only. */
  readonly words?: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** How an option is spelled, what its value is called (none: a switch), and what it does. */
  readonly options: readonly CommandOption[];
  /** Gives the exit code: 0 done and well, 1 something was found, 2 asked wrongly. */
  run(given: Given, console: Console): Promise<number>;
}

export interface CommandOption {
  readonly name: string;
  readonly value: string | undefined;
  readonly summary: string;
}

/** What was asked for: options that were named, and the words that are no options. */
export interface Given {
  readonly words: readonly string[];
  readonly text: (option: string) => string | undefined;
  readonly has: (option: string) => boolean;
}

/** The command was asked for in a way that it does not understand: exit code 2. */
export class UsageProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageProblem";
  }
}
