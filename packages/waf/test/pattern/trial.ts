import type { Trial } from "../../src/operator/contract.ts";

/** A trial that remembers captures and counts steps; with a limit it throws, as the engine's does. */
export class CountingTrial implements Trial {
  captures: (string | undefined)[] = [];
  steps = 0;
  readonly #stepsMax: number;
  constructor(stepsMax = Number.POSITIVE_INFINITY) {
    this.#stepsMax = stepsMax;
  }
  capture(index: number, text: string): void {
    this.captures[index] = text;
  }
  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > this.#stepsMax) throw new Error("the budget is spent");
  }
}
