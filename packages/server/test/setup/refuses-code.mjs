// Loaded into a process before its own code: says whether that process makes code from strings, and ends it.
function refusesCode() {
  const make = Function;
  try {
    return new make("return true")() !== true;
  } catch (error) {
    return error instanceof EvalError;
  }
}

const isServer = process.argv[1]?.replaceAll("\\", "/").endsWith("packages/server/src/main.ts");
if (isServer) {
  const major = Number(process.versions.node.split(".")[0]);
  console.log(JSON.stringify({ major, refusesCode: refusesCode(), proto: "__proto__" in {} }));
  process.exit(0);
}
