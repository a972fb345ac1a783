export { createRest, type RestNeeds } from "./rest.ts";
