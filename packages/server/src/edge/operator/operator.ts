import { Fault } from "../../kit/index.ts";
import type { Answer, Dialect, Route } from "../contract.ts";
import { plainWords } from "../faults.ts";

/** One thing that an operator may look at, as plain JSON at an address of its own. */
export interface OperatorReport {
  /** Lower case; the last part of the address, and in the trail. */
  readonly name: string;
  /** The data as it is now. Fault `data.missing` where there is none yet. */
  read(): Promise<unknown>;
}

const PREFIX = "/operator/v1";
const NAME = /^[a-z]{1,30}$/;

/** What operators look at: every address asks for a session of an operator at level 2, and none of them changes anything. */
export function createOperatorReports(reports: readonly OperatorReport[]): Dialect {
  const wrong = reports.find(({ name }) => !NAME.test(name));
  if (wrong !== undefined) throw new Fault("internal", `The report ${wrong.name} has a name that no address can have.`);
  const addresses = reports.map(({ name }) => `${PREFIX}/${name}`);
  const routes = [
    route("operator", PREFIX, async () => ({ reports: addresses })),
    ...reports.map(({ name, read }) => route(`operator.${name}`, `${PREFIX}/${name}`, read)),
  ];
  return { prefix: PREFIX, routes, values: "declared", words: plainWords };
}

function route(name: string, path: string, read: () => Promise<unknown>): Route {
  const handle = async (): Promise<Answer> => ({ status: 200, body: JSON.stringify(await read()) });
  return { name, method: "GET", path, needs: "house", body: "none", reads: false, handle };
}
