/** The package's own types are hidden by its export map; this is the part that we use. */
declare module "better-sqlite3-multiple-ciphers" {
  const Driver: import("./driver.ts").Driver;
  export default Driver;
}
