// The points of a sweep as host/page/sweep_page.h lays them out: what an axis can show, what is chosen, the
// commands that repeat a point.
const count = data.points, idDigits = data.ids.length / Math.max(1, count);
const idOf = (i) => data.ids.slice(i * idDigits, (i + 1) * idDigits);
const valueOf = (column, i) => {
  const at = typeof column.at === 'number' ? column.at : column.at[i];
  return at < 0 ? null : column.values[at];
};
const onFront = new Uint8Array(count);
for (const i of data.front) onFront[i] = 1;
const confirmed = (i) => valueOf(data.rung, i) === 'rtl';
const rungText = (rung) => (rung.startsWith('differs') ? rung : `on ${rung}`);

// What an axis can show: a parameter or a result.
const direction =
    Object.fromEntries(data.objectives.map((one) => [one.result, one.maximise ? 'max' : 'min']));
const parameterFields =
    data.parameters.map((column) => ({
                          name: column.name,
                          unit: 'plain',
                          column,
                          isResult: false,
                          differs: column.values.length > 1 || typeof column.at !== 'number',
                          isText: column.values.some((value) => typeof value === 'string'),
                          get: (i) => valueOf(column, i),
                        }));
const resultFields = data.results.map((column) => ({
                                        name: column.name,
                                        unit: column.unit,
                                        isResult: true,
                                        differs: true,
                                        isText: false,
                                        get: (i) => column.values[i],
                                      }));
const varied = parameterFields.filter((field) => field.differs);
const fields = [...resultFields, ...varied];
const fieldOf = (name) => fields.find((field) => field.name === name);
const all = (field) => Array.from({length: count}, (_, i) => field.get(i));
const resultText = (field, i) =>
    (field.name === 'cycles' ? grouped(Math.round(field.get(i))) : told(field.get(i), field.unit));
const spansDecades = (field) => {
  const values = field.isText ? [] : all(field).filter((value) => value !== null);
  const low = values.reduce((a, b) => Math.min(a, b), Infinity),
        high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return low > 0 && high / low > 8;
};

// The front, the best by the first objective first.
const front = [...data.front];
if (data.objectives.length) {
  const {get, name} = resultFields.find((field) => field.name === data.objectives[0].result);
  front.sort((a, b) => (get(a) - get(b)) * (direction[name] === 'max' ? -1 : 1));
}

const start = data.objectives.map((one) => one.result);
const state = {
  x: fieldOf(start[0]) || fields[0],
  y: fieldOf(start[1]) || fields.find((field) => field.name !== start[0]) || fields[0],
  colour: null,
  chosen: front.length ? front[0] : 0,
  ranges: new Map(),
};
state.xLog = spansDecades(state.x), state.yLog = spansDecades(state.y);
let kept = new Uint8Array(count).fill(1);  // inside every range of the parallel coordinates

function commandsOf(i) {
  const words = data.parameters.map((column) => {
    const at = typeof column.at === 'number' ? column.at : column.at[i];
    return at < 0 || column.name.startsWith('call.') ? '' : ` --set ${column.words[at]}`;
  });
  return data.commands.map((command) => command.split(data.settings_mark).join(words.join('')));
}
const sweepCommands = (i) =>
    `scansim sweep show ${data.folder} ${idOf(i)}\nscansim sweep replay ${data.folder} ${idOf(i)}`;
