// What `npm start` serves in a clone: the example. A config of your own goes by --config FILE or HOLDFAST_CONFIG.
export { default } from "./examples/clinic/holdfast.config.ts";
