export type { App, Io, Operation, Operations, Progress, Reply, RootText, Wiring } from "./contract.ts";
export { createOperations } from "./operations.ts";
export { runCli } from "./run-cli.ts";
