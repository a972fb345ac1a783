import type { Operator } from "./contract.ts";
import { refuse } from "./refuse.ts";

/** Operators that have no meaning in a process, or none that is safe: they end the load, with the reason. */
export const REFUSED_OPERATORS: readonly Operator[] = Object.entries({
  validateSchema: "no schema is read here: declare the shape of the route instead",
  validateDTD: "document types are refused in every body, so none is ever validated",
  restpath: "parts of a path are not arguments here: use @rx with capture on REQUEST_FILENAME, or declare the route",
  fuzzyHash: "it compares with a database of ssdeep hashes, which is not read here: use @pmFromFile or a rule in TypeScript",
  gsbLookup: "Google ended the service that it asks",
  inspectFile: "it starts a program for every file: do that where the application takes the file in",
  rsub: "it rewrites bodies, and a firewall that changes what it reads is not the one that was tested",
  validateHash: "it checks links that ModSecurity has signed, and none are signed here",
}).map(([name, reason]) => ({
  name,
  build: (_argument, { source }) => refuse(`@${name} cannot be used: ${reason}`, source),
}));
