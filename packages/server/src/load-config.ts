import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Fault } from "./kit/index.ts";

const OWN_NAME = "holdfast";
const OWN_FACE = new URL("./index.ts", import.meta.url).href;

/**
 * Imports a config file. `holdfast` in it is the server that runs now, wherever the file lies, so that the words of the config
 * and their reader are of one version. The file is code and is trusted like the operator; only the data it exports is kept.
 */
export async function loadConfig(path: string): Promise<unknown> {
  const url = pathToFileURL(resolve(path)).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === OWN_NAME ? { url: OWN_FACE, format: "module-typescript", shortCircuit: true } : next(specifier, context),
  });
  try {
    const loaded: { readonly default?: unknown } = await import(url);
    return loaded.default;
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new Fault("plan.invalid", `The config ${path} cannot be loaded: ${because}`, { cause: error });
  } finally {
    hooks.deregister();
  }
}
