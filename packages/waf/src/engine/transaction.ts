import type { BodyFacts } from "../body/index.ts";
import type { ResponseHead } from "../http/index.ts";
import { createIntake } from "./body-intake.ts";
import type { Match, Transaction, Verdict } from "./contract.ts";
import { type Course, createCourse } from "./course.ts";
import { hidersOf } from "./masks.ts";
import type { Program } from "./program.ts";
import { matchOf } from "./record.ts";
import { createResponseWindow, type ResponseWindow } from "./response-window.ts";
import { scoreOf } from "./score.ts";
import type { State } from "./state.ts";

/** RFC 9110 section 15.5.14. */
const TOO_LARGE_STATUS = 413;
/** The answer of the application was not fit to be passed on. */
const BAD_ANSWER_STATUS = 502;
/** Answers may cost more than requests: the window is larger (512 KiB where nothing else is said), and nobody outside chooses what is in it. */
const ANSWER_FACTOR = 4;
const BODY_TOO_LARGE: Verdict = {
  act: "refuse",
  status: TOO_LARGE_STATUS,
  ruleId: 0,
  reason: "The body is larger than allowed (SecRequestBodyLimit, SecRequestBodyNoFilesLimit).",
};
const ANSWER_TOO_LARGE: Verdict = {
  act: "refuse",
  status: BAD_ANSWER_STATUS,
  ruleId: 0,
  reason: "The answer is larger than allowed (SecResponseBodyLimit).",
};

/** Takes one request through the phases. Whatever goes wrong inside refuses it. */
export function createTransaction(program: Program, state: State): Transaction {
  return new OpenTransaction(program, state);
}

/**
 * A class for its getters: in an object literal each getter is a new function, so that V8 gives every such object a shape of its own,
 * which holds on to the whole transaction until the next full collection.
 */
class OpenTransaction implements Transaction {
  readonly id: string;
  readonly #state: State;
  readonly #intake: ReturnType<typeof createIntake>;
  readonly #window: ResponseWindow;
  readonly #course: Course;
  #isClosed = false;

  constructor(program: Program, state: State) {
    this.id = state.id;
    this.#state = state;
    this.#intake = createIntake(state);
    this.#window = createResponseWindow(state);
    this.#course = createCourse(program, state);
  }

  head(): Verdict {
    return this.#course.guarded(() => this.#course.run(1));
  }

  feed(chunk: Uint8Array): Verdict {
    return this.#course.guarded(() => {
      if (this.#intake.feed(chunk) === "too-large") this.#course.refuse(BODY_TOO_LARGE);
    });
  }

  body(): Verdict {
    return this.#course.guarded(() => {
      if (this.#intake.end() === "too-large") this.#course.refuse(BODY_TOO_LARGE);
      this.#state.forget("body");
      this.#course.run(2);
    });
  }

  response(head: ResponseHead): Verdict {
    return this.#course.guarded(() => {
      this.#state.response = head;
      this.#state.budget.renew(this.#state.stepsMax * ANSWER_FACTOR);
      this.#state.forget("response");
      this.#course.run(3);
      this.#window.open();
    });
  }

  feedResponse(chunk: Uint8Array): Verdict {
    return this.#course.guarded(() => {
      if (this.#window.feed(chunk) === "too-large") this.#course.refuse(ANSWER_TOO_LARGE);
    });
  }

  responseBody(): Verdict {
    return this.#course.guarded(() => {
      this.#window.end();
      this.#state.forget("response-body");
      this.#course.run(4);
    });
  }

  close(): void {
    if (!this.#isClosed) this.#course.close();
    this.#isClosed = true;
  }

  get matches(): readonly Match[] {
    const hideFor = hidersOf(this.#state);
    return this.#state.notes.map((note) => matchOf(note, hideFor));
  }

  get logged(): readonly Match[] {
    const notes = this.#state.notes.filter(({ head }) => head.rule.log);
    if (notes.length === 0) return [];
    const hideFor = hidersOf(this.#state);
    return notes.map((note) => matchOf(note, hideFor));
  }

  get wouldRefuse(): Verdict | undefined {
    return this.#course.wouldRefuse();
  }

  get bodyFacts(): BodyFacts | undefined {
    return this.#state.bodyFacts;
  }

  get score(): number {
    return scoreOf(this.#state);
  }

  get watchesBody(): boolean {
    return this.#state.controls.requestBodyAccess && !this.#state.isBodyCut;
  }

  get watchesResponseBody(): boolean {
    return this.#window.isOpen();
  }

  get steps(): number {
    return this.#state.budget.spent();
  }
}
