// Writes node_modules/cel-spec.jsonl from the package's modules, one test a line: what the tests in Rust read.
// `suite` is the path of names down to the test; the rest is as in the package (testdata/tests.d.ts).
import { writeFileSync } from "node:fs";

const data = "./node_modules/@bufbuild/cel-spec/dist/esm/testdata";
const lines = [];

function collect(suite, path) {
  for (const test of suite.tests ?? []) {
    lines.push(JSON.stringify({ suite: path, name: test.original.name ?? test.original.expr, ...test }));
  }
  for (const inner of suite.suites ?? []) {
    collect(inner, `${path}/${inner.name}`);
  }
}

for (const name of ["conformance", "comprehension", "parsing", "checking"]) {
  const { tests } = await import(`${data}/${name}.js`);
  collect(tests, name);
}
writeFileSync(new URL("node_modules/cel-spec.jsonl", import.meta.url), lines.join("\n") + "\n");
