import { createServer } from "node:http";
import { builtinRules, createFirewall, protect } from "@holdfast/waf";

const protection = { waf: createFirewall({ rules: builtinRules() }), onRefused: console.error };
createServer(protect(protection, (_request, response) => response.end("hello\n"))).listen(8080, "127.0.0.1");
