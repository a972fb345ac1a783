// Runs a server in a process of its own: Fastify generates code, which the house forbids itself.
import { byteServer } from "./byte-servers.ts";
import { listen } from "./talk.ts";

const [name = "", extra = ""] = process.argv.slice(2);
const { port } = await listen(await byteServer(name, extra));
process.send?.({ port });
process.on("disconnect", () => process.exit());
