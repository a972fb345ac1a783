import type { App } from "../app.ts";
import type { Operations } from "../cli/contract.ts";
import { type Edge, pagesDialect } from "../edge/index.ts";
import { createOperatorReports, type OperatorReport } from "../edge/operator/index.ts";
import { Fault } from "../kit/index.ts";
import type { Log } from "../log.ts";
import { certificateOf, readPages, type Serving } from "../serve.ts";
import { protections } from "./start-lines.ts";

interface DeskNeeds {
  readonly app: App;
  readonly edge: Edge;
  readonly serving: Pick<Serving, "auth" | "openBeside" | "requestRules">;
  /** All that the house can be asked. */
  readonly operations: () => Promise<Operations>;
  readonly log: Log;
}

/** Whoever looks from elsewhere comes through a tunnel to this machine: the page tells how the house is guarded. */
const LOOPBACK = "127.0.0.1";
const CERTIFICATE_LOOK_MS = 12 * 3_600_000;
/** Of what signs callers in, only what the page itself does: nobody is made, changed or removed here. */
const SIGN_IN_ROUTES: ReadonlySet<string> = new Set([
  "auth.token",
  "auth.user",
  "auth.factor.enrol",
  "auth.factor.challenge",
  "auth.factor.verify",
  "auth.signOut",
]);
const PAGE_FILES = ["index.html", "desk.js", "words.js", "style.css"];
const LAST_ALERTS = 50;

/** Reports that are what an operation answers, with these arguments. */
const FROM_OPERATIONS: readonly { readonly name: string; readonly operation: string; readonly args: unknown }[] = [
  { name: "counters", operation: "watch.look", args: {} },
  { name: "alerts", operation: "alerts.list", args: { last: LAST_ALERTS } },
  { name: "audit", operation: "audit.last", args: {} },
  { name: "backups", operation: "backup.status", args: {} },
];

/** The operators' page, on a listener of its own. A port that is taken costs the page and nothing else. */
export async function startOperatorDesk(needs: DeskNeeds): Promise<AsyncDisposable & { readonly edge: Edge | undefined }> {
  const { app, serving, log } = needs;
  const files = readPages(
    app,
    PAGE_FILES.map((file) => ({ path: `/${file}`, file: new URL(`../../pages/operator/${file}`, import.meta.url).href })),
  );
  const signIn = { ...serving.auth, routes: serving.auth.routes.filter(({ name }) => SIGN_IN_ROUTES.has(name)) };
  const dialects = [signIn, createOperatorReports(reportsOf(needs)), pagesDialect(files)];
  const port = app.settings.operatorPort;
  const desk = await serving.openBeside({ host: LOOPBACK, port, httpPort: undefined }, dialects).catch((cause: unknown) => {
    log({ what: `The operators' page is not served. Name a free port with --operator-port (it was ${port}).`, cause });
    return undefined;
  });
  if (desk === undefined) return { edge: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  log({ what: `Operators look at ${desk.url}` });
  const timer = setInterval(() => renew(app, desk, log), CERTIFICATE_LOOK_MS).unref();
  return {
    edge: desk,
    [Symbol.asyncDispose]() {
      clearInterval(timer);
      return desk[Symbol.asyncDispose]();
    },
  };
}

/** A file that cannot be read just now must not end the server: the page keeps the certificate that it has. */
function renew(app: App, desk: Edge, log: Log): void {
  try {
    desk.renewCertificate(certificateOf(app));
  } catch (cause) {
    log({ what: "Could not renew the certificate of the operators' page.", cause });
  }
}

function reportsOf({ app, edge, serving: { requestRules }, operations }: DeskNeeds): readonly OperatorReport[] {
  const own: readonly OperatorReport[] = [
    { name: "protections", read: async () => protections(app, { edge, requestRules }).map(([name, says]) => ({ name, says })) },
    { name: "trail", read: async () => trailHead(app) },
  ];
  const asked = FROM_OPERATIONS.map(
    ({ name, operation, args }): OperatorReport => ({
      name,
      async read() {
        const work = (await operations())[operation];
        if (work === undefined) throw new Fault("data.missing", `There is no ${name} yet. Ask again in a moment.`);
        return (await work(args, () => undefined)).data;
      },
    }),
  );
  return [...own, ...asked];
}

function trailHead({ trail }: App): unknown {
  const head = trail.head();
  if (head === undefined) throw new Fault("data.missing", "Nothing of the trail is signed yet. Ask again in a moment.");
  return { entries: head.size, root: Buffer.from(head.root).toString("hex"), note: head.note };
}
