/** What may still be spent on one bucket, so that nobody can write a policy that keeps the judge busy. */
export interface Budget {
  /** Positions in patterns to be looked at. */
  steps: number;
}

/** About a tenth of a second; policies of people take a few thousand. */
export const newBudget = (): Budget => ({ steps: 500_000 });

/** Holding one text against one pattern takes that much less than a step of the automaton. */
const COMPARED_IN_A_STEP = 8;

export function spend(budget: Budget, comparisons: number): void {
  budget.steps -= comparisons / COMPARED_IN_A_STEP;
}

/** Characters that are read in the time of a step. A text of people has some tens, and one that is made up thousands. */
const READ_IN_A_STEP = 100;

export function spendReading(budget: Budget | null, characters: number): void {
  if (budget !== null) budget.steps -= characters / READ_IN_A_STEP;
}
