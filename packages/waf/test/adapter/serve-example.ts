// Runs an example in a process of its own: Fastify generates code, which the house forbids itself.
import { listen } from "./talk.ts";

const [name] = process.argv.slice(2);
const { server } = await import(`../../examples/${name}.ts`);
const { port } = await listen(server);
process.send?.({ port });
process.on("disconnect", () => process.exit());
