// Runs the npm package @yowasp/yosys, which has no program of its own, on real files.
//   node yosys.mjs <package folder> <folder> <script in it> <file in it to bring back>
// Every file of <folder> is visible to the script under its name. Messages go to stdout. Exit 1 if the script fails.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packageFolder, folder, script, result] = process.argv.slice(2);
const { runYosys } = await import(pathToFileURL(join(packageFolder, 'gen', 'bundle.js')).href);

const tree = {};
for (const entry of readdirSync(folder, { withFileTypes: true })) {
  if (entry.isFile()) tree[entry.name] = readFileSync(join(folder, entry.name));
}
try {
  const files = await runYosys(['-s', script], tree);
  writeFileSync(join(folder, result), files[result]);
} catch (error) {
  console.log(`ERROR: ${error.message}`);
  process.exit(1);
}
