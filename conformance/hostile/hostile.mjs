// The hostile cases as wasm, on wasm's own stack (1 MB, as rustc sets it): a fresh instance for each run, the time it
// takes and the memory it ends with. `node hostile.mjs FILE.wasm [NAME]`.
import { readFileSync } from "node:fs";

const [file, wanted = ""] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
const instance = () => new WebAssembly.Instance(module, {}).exports;
const first = instance();
const [TIME, MEMORY, RUNS] = [0, 1, 2].map(first.bound);
const megabytes = octets => (octets / 2 ** 20).toFixed(1).padStart(9);

function measure(at, whole) {
  let best = { time: Infinity, octets: 0 };
  for (let run = 0; run < RUNS && best.time > TIME; run++) {
    const { memory, prepare, go } = instance();
    prepare(at);
    const [start, busy] = [performance.now(), process.cpuUsage()];
    try {
      go(at, whole);
    } catch (error) {
      return { fault: String(error.message ?? error).slice(0, 40) };
    }
    const taken = performance.now() - start;
    // What this process had of the processors: other programs' share is not ours.
    const { user, system } = process.cpuUsage(busy);
    best = { time: Math.min(best.time, taken, (user + system) / 1000), octets: memory.buffer.byteLength };
  }
  return best;
}

let [passed, failed] = [0, 0];
console.log(["ms", "MB", "ms whole", "MB whole"].map(title => title.padStart(9)).join(" ") + "  wasm");
for (let at = 0; at < first.count(); at++) {
  const name = new TextDecoder().decode(new Uint8Array(first.memory.buffer, first.name(at), first.name_length(at)));
  if (!name.includes(wanted)) continue;
  const both = [0, 1].map(whole => measure(at, whole));
  const good = both.every(({ fault, time, octets }) => !fault && time <= TIME && octets <= MEMORY);
  const cells = both.map(({ fault, time, octets }) => fault ?? `${time.toFixed(1).padStart(9)} ${megabytes(octets)}`);
  console.log(`${cells.join(" ")}  ${name}${good ? "" : "  <- beyond the bound"}`);
  if (good) passed++;
  else failed++;
}
console.log(`hostile, wasm: bounds ${TIME} ms and ${MEMORY / 2 ** 20} MB, stack 1 MB`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
