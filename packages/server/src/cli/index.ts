export type { App, Io, Operation, Operations, Progress, Reply, RootText, Wiring } from "./contract.ts";
export { runCli } from "./run-cli.ts";
