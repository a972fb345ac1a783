import { createIntake } from "./body-intake.ts";
import type { Transaction, Verdict } from "./contract.ts";
import { createCourse } from "./course.ts";
import type { Program } from "./program.ts";
import { hidersOf } from "./masks.ts";
import { matchOf } from "./record.ts";
import { createResponseWindow } from "./response-window.ts";
import { scoreOf } from "./score.ts";
import type { State } from "./state.ts";

/** RFC 9110 section 15.5.14. */
const TOO_LARGE_STATUS = 413;
/** The answer of the application was not fit to be passed on. */
const BAD_ANSWER_STATUS = 502;
const BODY_TOO_LARGE: Verdict = { act: "refuse", status: TOO_LARGE_STATUS, ruleId: 0, reason: "The body is larger than allowed." };
const ANSWER_TOO_LARGE: Verdict = { act: "refuse", status: BAD_ANSWER_STATUS, ruleId: 0, reason: "The answer is larger than allowed." };

/** Takes one request through the phases. Whatever goes wrong inside refuses it. */
export function createTransaction(program: Program, state: State): Transaction {
  const intake = createIntake(state);
  const window = createResponseWindow(state);
  const course = createCourse(program, state);
  let isClosed = false;
  return {
    id: state.id,
    head: () => course.guarded(() => course.run(1)),
    feed: (chunk) =>
      course.guarded(() => {
        if (intake.feed(chunk) === "too-large") course.refuse(BODY_TOO_LARGE);
      }),
    body: () =>
      course.guarded(() => {
        if (intake.end() === "too-large") course.refuse(BODY_TOO_LARGE);
        state.forget("body");
        course.run(2);
      }),
    response: (head) =>
      course.guarded(() => {
        state.response = head;
        state.forget("response");
        course.run(3);
        window.open();
      }),
    feedResponse: (chunk) =>
      course.guarded(() => {
        if (window.feed(chunk) === "too-large") course.refuse(ANSWER_TOO_LARGE);
      }),
    responseBody: () =>
      course.guarded(() => {
        window.end();
        state.forget("response-body");
        course.run(4);
      }),
    close() {
      if (!isClosed) course.close();
      isClosed = true;
    },
    get matches() {
      const hideFor = hidersOf(state);
      return state.notes.map((note) => matchOf(note, hideFor));
    },
    get wouldRefuse() {
      return course.wouldRefuse;
    },
    get bodyFacts() {
      return state.bodyFacts;
    },
    get score() {
      return scoreOf(state);
    },
    get watchesResponseBody() {
      return window.isOpen;
    },
    get steps() {
      return state.budget.spent;
    },
  };
}
