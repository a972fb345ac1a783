import { type MessagePort, parentPort } from "node:worker_threads";
import { Fault } from "../../kit/index.ts";
import { STATE_SQL } from "./catalog.ts";
import { createCheckpoints } from "./checkpoint.ts";
import { type Connection, type Driver, loadDriver, type Opening, openConnection } from "./driver.ts";
import { createGroups, type Groups } from "./group.ts";
import type { WriterAnswer, WriterRequest } from "./line.ts";
import { migrate } from "./migrate.ts";
import { outboxOf } from "./outbox.ts";
import { faultOf, type PlainFault } from "./work.ts";

/** The one thread that writes: it owns the only connection that does, and all checkpoints. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Fault("internal", "The writer runs in a thread of its own.");
  const told = firstRequest(port);
  // The thread may boot long before it is told what to open: what failed meanwhile is said when somebody listens.
  const driver = await loadDriver().catch((fault: unknown) => ({ fault }));
  const request = await told;
  if (request.ask !== "open") throw new Fault("internal", "The writer has not been told what to open.");
  if ("fault" in driver) {
    port.postMessage({ answer: "fault", fault: refused(driver.fault) } satisfies WriterAnswer);
    return;
  }
  write(port, driver, request.opening);
}

function firstRequest(port: MessagePort): Promise<WriterRequest> {
  return new Promise((resolve) => {
    port.once("message", resolve);
  });
}

function write(port: MessagePort, driver: Driver, opening: Opening): void {
  const groups = createGroups({
    open: () => openForWriting(openConnection(driver, opening)),
    outbox: outboxOf,
    commit: (connection) => connection.exec("COMMIT"),
  });
  const checkpoints = createCheckpoints(
    () => groups.connection(),
    () => groups.close(),
  );
  port.on("message", (request: WriterRequest) => {
    const answer = answerTo(groups, request);
    port.postMessage(answer);
    // Checkpoints wait until those who wrote have their answer.
    if (answer.answer === "group") checkpoints.tend(answer);
    if (request.ask === "close") port.close();
  });
  port.postMessage(opened(groups));
}

function opened(groups: Groups): WriterAnswer {
  try {
    groups.connection();
    return { answer: "done", sentences: [] };
  } catch (error) {
    return { answer: "fault", fault: refused(error) };
  }
}

function answerTo(groups: Groups, request: WriterRequest): WriterAnswer {
  try {
    if (request.ask === "group") return { answer: "group", ...groups.run(request.works) };
    if (request.ask === "open") throw new Fault("internal", "The writer serves a database already.");
    if (request.ask === "migrate") {
      const sentences = migrate(groups.connection(), request.schema);
      groups.forget();
      return { answer: "done", sentences };
    }
    groups.connection().pragma("wal_checkpoint(TRUNCATE)", { simple: true });
    groups.close();
    return { answer: "done", sentences: [] };
  } catch (error) {
    return { answer: "fault", fault: refused(error) };
  }
}

function openForWriting(connection: Connection): Connection {
  connection.exec(STATE_SQL);
  return connection;
}

/** At start a refusal is told as it is: the server does not run yet. */
function refused(error: unknown): PlainFault {
  const origin = error instanceof Error && error.cause instanceof Fault ? error.cause : error;
  if (origin instanceof Fault) return { code: origin.code, message: origin.message, detail: origin.detail, cause: String(origin.cause) };
  const outcome = faultOf(error);
  return "fault" in outcome ? outcome.fault : { code: "internal", message: "Something went wrong inside the database." };
}

await main();
