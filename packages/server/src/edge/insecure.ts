import { Fault } from "../kit/index.ts";

/** How the runtime was started, handed in as data. */
export interface Switches {
  readonly nodeOptions: string | undefined;
  readonly execArgv: readonly string[];
}

// Each opens request smuggling or weakens TLS for the whole process. The last word of a switch may follow "=" or a space.
const REFUSED: readonly RegExp[] = [
  /^--insecure-http-parser(?:=|$)/,
  /^--http-validation=(?:insecure|relaxed)$/,
  /^--tls-min-v1\.[01]$/,
  /^--tls-cipher-list(?:=|$)/,
  /^--max-http-header-size(?:=|$)/,
];

/** Refuses to start under switches that take the parser's or TLS's strictness away. */
export function refuseInsecureSwitches({ nodeOptions, execArgv }: Switches): void {
  const words = [...(nodeOptions ?? "").split(/\s+/), ...execArgv].map((word) => word.replaceAll("_", "-").replaceAll('"', ""));
  const joined = words.map((word, at) => (word === "--http-validation" ? `${word}=${words[at + 1] ?? ""}` : word));
  const found = joined.find((word) => REFUSED.some((switchOff) => switchOff.test(word)));
  if (found !== undefined)
    throw new Fault("settings.invalid", `The switch ${found} makes the server's parser or TLS unsafe. Start without it.`);
}
