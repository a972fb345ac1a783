/** The request has cost more than it may. */
export class BudgetSpent extends Error {
  constructor() {
    super("This request takes more work to inspect than one request may take (stepsMax).");
    this.name = "BudgetSpent";
  }
}

/** What one request may cost. A step is about the reading of one byte by one test. */
export interface Budget {
  /** All that was spent, also before it was renewed. */
  spent(): number;
  /** Throws BudgetSpent when it is gone, and ever after. */
  spend(steps: number): void;
  /** So much may be spent from now on. */
  renew(stepsMax: number): void;
}

/** A budget of `stepsMax` steps. */
export function createBudget(stepsMax: number): Budget {
  let spent = 0;
  let end = stepsMax;
  return {
    spent: () => spent,
    spend(steps) {
      spent += steps;
      if (spent > end) throw new BudgetSpent();
    },
    renew(steps) {
      end = spent + steps;
    },
  };
}
