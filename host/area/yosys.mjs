// Runs the npm package @yowasp/yosys, which has no program of its own, on real files.
//   node yosys.mjs <package folder> <folder> <script in it> <file in it to bring back>
// Every file of <folder> is visible to the script under its name. Messages go to stdout. Exit 1 if anything fails, the
// package itself included: then a line "ERROR: <what was thrown>" says why, unless Yosys has said it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packageFolder, folder, script, result] = process.argv.slice(2);

// Anything may be thrown; what was behind it is in `cause`.
function words(thrown) {
  if (!(thrown instanceof Error)) return String(thrown);
  const name = thrown.name === 'Error' || !thrown.name ? '' : `${thrown.name}: `;
  const cause = thrown.cause === undefined ? '' : ` (${thrown.cause?.message ?? String(thrown.cause)})`;
  return `${name}${thrown.message || 'no message'}${cause}`.replace(/\s*\n\s*/g, ' ');
}

function fail(thrown) {
  console.log(`ERROR: ${words(thrown)}`);
  process.exit(1);
}

process.on('uncaughtException', fail);  // of what the package left running

try {
  const { runYosys } = await import(pathToFileURL(join(packageFolder, 'gen', 'bundle.js')).href);
  const tree = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) tree[entry.name] = readFileSync(join(folder, entry.name));
  }
  const files = await runYosys(['-s', script], tree);
  if (files?.[result] === undefined) throw new Error(`the tool ended without ${result}`);
  writeFileSync(join(folder, result), files[result]);
} catch (error) {
  fail(error);
}
