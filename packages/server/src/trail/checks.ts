/** How many findings are told one by one; a trail that is wrong throughout needs no sentence for each entry. */
const FINDINGS_MAX = 100;

export interface Checks {
  readonly count: number;
  find(sentence: string): void;
  findings(): readonly string[];
}

export function createChecks(): Checks {
  const kept: string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    find(sentence) {
      count += 1;
      if (kept.length < FINDINGS_MAX) kept.push(sentence);
    },
    findings: () => (count > kept.length ? [...kept, `… and ${count - kept.length} more findings.`] : kept),
  };
}
