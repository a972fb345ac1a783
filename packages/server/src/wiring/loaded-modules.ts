import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/**
 * The files of all modules and native add-ons that lie in this process. The engine is asked for its scripts through a session of
 * its own inside the process: no port is opened, and modules that were loaded long ago are told as well.
 */
export async function loadedModules(): Promise<readonly string[]> {
  const session = new Session();
  const urls: string[] = [];
  session.connect();
  try {
    session.on("Debugger.scriptParsed", ({ params }) => urls.push(params.url));
    await session.post("Debugger.enable");
    await session.post("Debugger.disable");
  } finally {
    session.disconnect();
  }
  const scripts = urls.flatMap((url) => (url.startsWith("file:") ? [fileURLToPath(url)] : url.startsWith("/") ? [url] : []));
  return [...scripts, ...nativeModules()];
}

function nativeModules(): readonly string[] {
  // Otherwise it would look up names of the network; the types do not know the switch yet.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  const objects = typeof report === "object" && report !== null && "sharedObjects" in report ? report.sharedObjects : [];
  return Array.isArray(objects) ? objects.filter((path) => typeof path === "string") : [];
}
