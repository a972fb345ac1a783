import { type Command, UsageError } from "./command.ts";

/** What happens without a command. The server takes over the process, so this is not a command that replies. */
export const serveCommand: Command = {
  name: "serve",
  summary: "Serve the app until it is told to stop (also without any command).",
  positionals: [],
  options: {},
  run: () => Promise.reject(new UsageError("The server is started by the command line itself.")),
};
