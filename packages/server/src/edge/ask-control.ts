import { connect, type Socket } from "node:net";
import { Fault, type FaultCode } from "../kit/index.ts";
import { STATUS } from "./faults.ts";
import { readLines } from "./lines.ts";

const ANSWER_BYTES_MAX = 67_108_864;

/**
 * Asks the running server to do a command, and gives back its result. Throws the fault that the command threw; `server.absent`
 * when no server listens there, so that a command can open the folder itself; `server.busy` when it hangs up without an answer.
 */
export async function askControl(path: string, command: string, args: unknown, onProgress: (line: unknown) => void): Promise<unknown> {
  const socket = await connectTo(path);
  try {
    socket.write(`${JSON.stringify({ command, args })}\n`);
    for await (const line of readLines(socket, ANSWER_BYTES_MAX)) {
      const answer: unknown = JSON.parse(line);
      if (typeof answer !== "object" || answer === null) break;
      if ("result" in answer) return answer.result;
      if ("fault" in answer) throw faultOf(answer.fault);
      if ("progress" in answer) onProgress(answer.progress);
    }
  } finally {
    socket.destroy();
  }
  throw new Fault("server.busy", "The running server hung up without an answer.");
}

function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const failed = (cause: Error): void => reject(new Fault("server.absent", "No server is running there.", { cause }));
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

function faultOf(told: unknown): Fault {
  if (typeof told !== "object" || told === null)
    return new Fault("internal", "The running server answered in a way that this command does not know.");
  const code = "code" in told && typeof told.code === "string" && isFaultCode(told.code) ? told.code : "internal";
  const message = "message" in told && typeof told.message === "string" ? told.message : "The running server refused.";
  const detail = "detail" in told && typeof told.detail === "object" && told.detail !== null ? { ...told.detail } : {};
  return new Fault(code, message, { detail });
}

function isFaultCode(text: string): text is FaultCode {
  return Object.hasOwn(STATUS, text);
}
