import { existsSync, readFileSync } from "node:fs";
import { url as inspectorUrl } from "node:inspector";
import { ownSecretsIn, type RuntimeFacts, secretsIn } from "../audit/index.ts";

export interface RuntimeNeeds {
  /** Without the variable that a root key is deliberately behind: main.ts has taken it away. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The switches that Node was started with. */
  readonly execArgv: readonly string[];
  /** The config's own file. */
  readonly config: string;
}

const PROCESS_STATUS = "/proc/self/status";

/** How this process was started, and what stands open in its surroundings. */
export function lookAtRuntime({ env, execArgv, config }: RuntimeNeeds): RuntimeFacts {
  const words = (env["NODE_OPTIONS"] ?? "").split(/\s+/).filter((word) => word !== "");
  return {
    nodeVersion: process.version,
    switches: [...execArgv, ...words],
    inspectorOpen: inspectorUrl() !== undefined,
    isRoot: process.getuid?.() === 0,
    noNewPrivileges: noNewPrivileges(),
    codeFromStrings: makesCode(),
    protoAccessor: Object.hasOwn(Object.prototype, "__proto__"),
    tlsVerificationOff: env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0",
    openSecrets: [...inEnvironment(env), ...inConfig(config)],
  };
}

function noNewPrivileges(): boolean | undefined {
  if (!existsSync(PROCESS_STATUS)) return undefined;
  const set = /^NoNewPrivs:\s+(\d)/m.exec(readFileSync(PROCESS_STATUS, "utf8"))?.[1];
  return set === undefined ? undefined : set === "1";
}

/** Tried and not read from a switch: there are several ways to set it. */
function makesCode(): boolean {
  try {
    Reflect.construct(Function, ["return 1"]);
    return true;
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

function inEnvironment(env: RuntimeNeeds["env"]): RuntimeFacts["openSecrets"] {
  return Object.entries(env).flatMap(([name, value = ""]) => ownSecretsIn(value).map((kind) => ({ place: `environment ${name}`, kind })));
}

function inConfig(path: string): RuntimeFacts["openSecrets"] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line, at) => secretsIn(line).map((kind) => ({ place: `config line ${at + 1}`, kind })));
}
