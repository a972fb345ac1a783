/** Rows that are worked on before others get their turn: a few milliseconds of encryption and commitments. */
const ROWS_PER_SLICE = 16;

/** Maps many rows in slices, so that a large write does not make every other request wait for it. */
export async function inSlices<T, U>(rows: readonly T[], work: (row: T, at: number) => U): Promise<readonly U[]> {
  const done: U[] = [];
  for (const [at, row] of rows.entries()) {
    if (at > 0 && at % ROWS_PER_SLICE === 0) await othersTurn();
    done.push(work(row, at));
  }
  return done;
}

/** A pause in which whatever else waits is done. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
