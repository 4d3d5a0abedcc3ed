// The page of a sweep: what host/page/sweep_page.h lays out, as scatter, parallel coordinates, sensitivity
// and one chosen point.
const count = data.points, idDigits = data.ids.length / Math.max(1, count);
const idOf = (i) => data.ids.slice(i * idDigits, (i + 1) * idDigits);
const valueOf = (column, i) => {
  const at = typeof column.at === 'number' ? column.at : column.at[i];
  return at < 0 ? null : column.values[at];
};
const onFront = new Uint8Array(count);
for (const i of data.front) onFront[i] = 1;
const confirmed = (i) => valueOf(data.rung, i) === 'rtl';

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

const start = data.objectives.map((one) => one.result);
const state = {
  x: fieldOf(start[0]) || fields[0],
  y: fieldOf(start[1]) || fields.find((field) => field.name !== start[0]) || fields[0],
  colour: null,
  chosen: data.front.length ? data.front[0] : 0,
  ranges: new Map(),
};
state.xLog = spansDecades(state.x), state.yLog = spansDecades(state.y);
let kept = new Uint8Array(count).fill(1);  // inside every range of the parallel coordinates

function commandsOf(i) {
  const words = data.parameters.map((column) => {
    const at = typeof column.at === 'number' ? column.at : column.at[i];
    return at < 0 ? '' : ` --set ${column.words[at]}`;
  });
  return data.commands.map((command) => command.split(data.settings_mark).join(words.join('')));
}
const sweepCommands = (i) =>
    `scansim sweep show ${data.folder} ${idOf(i)}\nscansim sweep replay ${data.folder} ${idOf(i)}`;

// Heading: what was swept, and how much of it is there.
function heading() {
  const {planned, done, failed, refused} = data.set, lines = [];
  const counted = (rows) =>
      html('ul', {}, rows.map(([text, points]) => html('li', {}, `${grouped(points)}: ${text}`)));
  if (done < planned)
    lines.push(html(
        'div', {class: 'banner', role: 'alert'}, html('strong', {}, `PARTIAL ${done} of ${planned}`),
        ' points have every result; front, effects and colours are of those alone.',
        failed.length ? counted(failed) : null));
  if (refused.length)
    lines.push(html(
        'details', {},
        html(
            'summary', {},
            `${
                grouped(refused.reduce(
                    (sum, row) => sum + row[1], 0))} points were taken out by a constraint on results`),
        counted(refused)));
  const facts = [
    ['points', `${grouped(count)}, ${data.front.length} on the front`],
    ['objectives', data.objectives.map((one) => `${one.maximise ? 'max' : 'min'} ${one.result}`).join(', ')],
    ['base', data.base],
    [
      'workloads',
      data.workloads.map((one) => `${one.name}${one.weight === 1 ? '' : ` × ${one.weight}`}`).join(', ')
    ],
    ['rung', data.rung.values.join(', ')],
    [
      'program',
      `${data.program.version}, ${data.program.revision.slice(0, 12)}${
          data.program.dirty ? ', changed since' : ''}`
    ]
  ];
  return html(
      'header', {}, html('h1', {}, data.name),
      html(
          'dl', {class: 'facts'},
          facts.map(([name, text]) => html('div', {}, html('dt', {}, name), html('dd', {}, text)))),
      lines, html('p', {class: 'small'}, data.energy_note));
}

// Scatter.
const plot = html('div', {class: 'chart', id: 'scatter'}), tip = html('div', {class: 'tip', hidden: true});
const legend = html('p', {class: 'legend'});
let places = [];  // of the points that are drawn: [x, y, point]

const palette = 8;
function classOf() {
  const field = state.colour;
  if (!field)
    return {
      of: (i) => (onFront[i] ? 'front' : 'other'),
      names: [['front', 'front'], ['other', 'other points']]
    };
  const values = all(field),
        distinct = [...new Set(values)].sort((a, b) => (a === null) - (b === null) || (a > b) - (a < b));
  if (distinct.length <= palette)
    return {
      of: (i) => `c${distinct.indexOf(values[i])}`,
      names: distinct.map((value, i) => [`c${i}`, told(value, field.unit, 3)])
    };
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b), steps = 6;
  const edges = Array.from(
      {length: steps + 1},
      (_, k) => sorted[Math.min(sorted.length - 1, Math.round((k * (sorted.length - 1)) / steps))]);
  const stepOf = (value) => Math.max(0, Math.min(steps - 1, edges.findLastIndex((edge) => value >= edge)));
  return {
    of: (i) => (values[i] === null ? 'other' : `s${stepOf(values[i])}`),
    names: Array.from(
        {length: steps},
        (_, k) => [`s${k}`, `${told(edges[k], field.unit, 3)} – ${told(edges[k + 1], field.unit, 3)}`])
  };
}
function scaleOf(field, isLog, from, to, ticks) {
  if (field.isText) return textScale(field.column.values, from, to);
  const scale = numberScale(all(field), field.unit, isLog, from, to, ticks);
  if (!field.isResult && field.column.values.length <= 12)  // a parameter has its values, and nothing between
    scale.ticks = field.column.values.filter((value) => scale.at(value) !== null)
                      .map((value) => ({value, text: told(value, 'plain')}));
  return scale;
}

function drawScatter() {
  const width = plot.clientWidth || 700, height = Math.max(360, Math.min(520, width * 0.62));
  const box = {right: width - 14, top: 28, bottom: height - 44};
  const y = scaleOf(state.y, state.yLog, box.bottom, box.top, 7);
  box.left = roomFor(y);
  const x = scaleOf(state.x, state.xLog, box.left, box.right, width / 90);
  const colours = classOf(), groups = new Map();
  places = [];
  for (let i = 0; i < count; ++i) {
    const px = x.at(state.x.get(i)), py = y.at(state.y.get(i));
    if (px === null || py === null) continue;
    places.push([px, py, i]);
    const kind = `${kept[i] ? colours.of(i) : 'away'} ${confirmed(i) ? 'filled' : 'hollow'}`;
    groups.set(kind, (groups.get(kind) || '') + circle(px, py, kept[i] && onFront[i] ? 4.5 : 3));
  }
  const order = (kind) =>
      (kind.startsWith('away')      ? 0 :
           kind.startsWith('other') ? 1 :
           kind.startsWith('front') ? 3 :
                                      2);
  const parts = frame(x, y, box, titled(state.x.name, state.x.unit), titled(state.y.name, state.y.unit));
  for (const [kind, path] of [...groups].sort((a, b) => order(a[0]) - order(b[0])))
    parts.push(svg('path', {class: `point ${kind}`, d: path}));
  parts.push(svg('path', {class: 'stair', d: staircase(x, y)}));
  const at = places.find((place) => place[2] === state.chosen);
  if (at) parts.push(svg('path', {class: 'chosen', d: circle(at[0], at[1], 8)}));
  plot.replaceChildren(
      svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img'}, parts), tip);
  const rungs = [...new Set(data.rung.values)].map(
      (rung) => html(
          'span', {}, html('i', {class: `swatch round ${rung === 'rtl' ? 'filled' : 'hollow'}`}),
          `on ${rung}`));
  const lost = count - places.length;
  legend.replaceChildren(
      ...colours.names.map(
          ([kind, name]) => html('span', {}, html('i', {class: `swatch round ${kind}`}), name)),
      ...rungs, lost ? `${grouped(lost)} points have no place on these axes` : '');
}
// Through the front, where both axes are its only objectives.
function staircase(x, y) {
  const names = Object.keys(direction);
  if (names.length !== 2 || state.x === state.y || !(state.x.name in direction) ||
      !(state.y.name in direction))
    return '';
  const corners = data.front.map((i) => [x.at(state.x.get(i)), y.at(state.y.get(i))])
                      .filter((one) => one[0] !== null && one[1] !== null);
  corners.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const flat = direction[state.x.name] === 'min';
  return corners.map(([a, b], k) => (k === 0 ? `M${a} ${b}` : flat ? `H${a}V${b}` : `V${b}H${a}`)).join('');
}
function nearest(event) {
  const edge = plot.getBoundingClientRect(), px = event.clientX - edge.left, py = event.clientY - edge.top;
  let best = null, least = 14 ** 2;
  for (const [x, y, i] of places) {
    const away = (x - px) ** 2 + (y - py) ** 2 - (onFront[i] ? 4 : 0);
    if (away < least) least = away, best = {x, y, i};
  }
  return best;
}
function hover(event) {
  const hit = nearest(event);
  tip.hidden = !hit;
  plot.classList.toggle('hit', Boolean(hit));
  if (!hit) return;
  const rows = [
    ...resultFields.map((field) => [field.name, resultText(field, hit.i)]),
    ...varied.map((field) => [field.name, told(field.get(hit.i), 'plain')])
  ];
  tip.replaceChildren(
      html('strong', {}, idOf(hit.i)),
      ` ${onFront[hit.i] ? 'on the front, ' : ''}on ${valueOf(data.rung, hit.i)}`,
      html('dl', {}, rows.map(([name, text]) => [html('dt', {}, name), html('dd', {}, text)])),
      html('code', {}, sweepCommands(hit.i).split('\n')[1]));
  const right = hit.x > plot.clientWidth / 2, below = hit.y < plot.clientHeight / 2;
  tip.style.left = right ? 'auto' : `${hit.x + 14}px`,
  tip.style.right = right ? `${plot.clientWidth - hit.x + 14}px` : 'auto';
  tip.style.top = below ? `${Math.max(0, hit.y - 20)}px` : 'auto',
  tip.style.bottom = below ? 'auto' : `${Math.max(0, plot.clientHeight - hit.y - 20)}px`;
}
plot.addEventListener('mousemove', hover);
plot.addEventListener('mouseleave', () => (tip.hidden = true));
plot.addEventListener('click', (event) => {
  const hit = nearest(event);
  if (hit) choose(hit.i);
});

function axisChoice(label, key, logKey) {
  const log = html(
      'input',
      {type: 'checkbox', id: `${key}-log`, onchange: () => ((state[logKey] = log.checked), drawScatter())});
  const select = html(
      'select', {
        id: `${key}-axis`,
        onchange: () => {
          state[key] = fieldOf(select.value);
          state[logKey] = spansDecades(state[key]);
          shown();
          drawScatter();
        }
      },
      html('optgroup', {label: 'results'}, resultFields.map((field) => html('option', {}, field.name))),
      varied.length ?
          html('optgroup', {label: 'parameters'}, varied.map((field) => html('option', {}, field.name))) :
          null);
  const shown = () => {
    select.value = state[key].name, log.checked = state[logKey];
    log.disabled = state[key].isText || all(state[key]).some((value) => value !== null && value <= 0);
  };
  shown();
  return html('span', {class: 'choice'}, html('label', { for: select.id
              }, label), select, html('label', {class: 'log'}, log, 'log'));
}
function colourChoice() {
  const select = html(
      'select',
      {id: 'colour', onchange: () => ((state.colour = fieldOf(select.value) || null), drawScatter())},
      html('option', {value: ''}, 'front'), fields.map((field) => html('option', {}, field.name)));
  return html('span', {class: 'choice'}, html('label', { for: 'colour'
              }, 'colour'), select);
}

// Parallel coordinates.
const parallel = html('div', {class: 'chart wide', id: 'parallel'}), keptCount = html('span', {id: 'kept'});
const mostLines = 2000;
const axes = [...varied, ...resultFields.filter((field) => field.name in direction)];
function parallelScale(field, from, to) {
  if (field.isResult) return numberScale(all(field), field.unit, spansDecades(field), from, to, 8);
  const values = field.column.values, scale = textScale(values, from, to),
        every = Math.ceil(values.length / 12);
  const ticks = scale.ticks.filter((_, i) => i % every === 0);
  if (all(field).includes(null)) ticks.push({value: null, text: 'not set'});
  return {at: (value) => (value === null ? from : scale.at(value)), ticks};
}
function drawParallel() {
  const width = Math.max(parallel.clientWidth || 900, axes.length * 104), height = 330, top = 42,
        bottom = height - 14;
  const step = axes.length > 1 ? (width - 130) / (axes.length - 1) : 0, left = (k) => 60 + step * k;
  const scales = axes.map((field) => parallelScale(field, bottom, top));
  const line = (i) =>
      axes.map((field, k) => `${k ? 'L' : 'M'}${left(k).toFixed(1)} ${scales[k].at(field.get(i)).toFixed(1)}`)
          .join('');
  const some = Math.max(1, Math.ceil(count / mostLines));
  const paths = {away: '', lines: '', front: ''};
  for (let i = 0; i < count; ++i)
    if (onFront[i] || i % some === 0) paths[!kept[i] ? 'away' : onFront[i] ? 'front' : 'lines'] += line(i);
  const parts = Object.entries(paths).map(([kind, path]) => svg('path', {class: `line ${kind}`, d: path}));
  if (count) parts.push(svg('path', {class: 'line picked', d: line(state.chosen)}));
  axes.forEach((field, k) => {
    const x = left(k), range = state.ranges.get(field), handle = {pointerdown: null};
    parts.push(svg('line', {class: 'rail', x1: x, x2: x, y1: top, y2: bottom}));
    parts.push(
        svg('text', {class: 'axis', x, y: k % 2 ? 14 : 28, 'text-anchor': 'middle'},
            field.isResult ? `${field.name} ${direction[field.name]}` : field.name));
    for (const {value, text} of scales[k].ticks)
      parts.push(svg('text', {class: 'tick halo', x: x + 5, y: scales[k].at(value) + 4}, text));
    if (range)
      parts.push(
          svg('rect', {class: 'range', x: x - 7, width: 14, y: range[0], height: range[1] - range[0]}));
    parts.push(svg('rect', {
      class: 'grip',
      x: x - 16,
      width: 32,
      y: top - 6,
      height: bottom - top + 12,
      'data-axis': field.name,
      onpointerdown: (event) => brush(event, field, scales[k])
    }));
  });
  parallel.replaceChildren(svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`}, parts));
  const inside = kept.reduce((sum, one) => sum + one, 0),
        drawn = some > 1 ? `; drawn: the front and every ${some}th` : '';
  keptCount.textContent = `${grouped(inside)} of ${grouped(count)} points${drawn}`;
}
// A drag on an axis keeps the points in it; a click lets all back in.
function brush(event, field, scale) {
  event.preventDefault();
  const top = parallel.getBoundingClientRect().top, from = event.clientY - top;
  const take = (to) => {
    const range = [Math.min(from, to), Math.max(from, to)];
    if (range[1] - range[0] < 4)
      state.ranges.delete(field);
    else
      state.ranges.set(field, Object.assign(range, {scale}));
    keep();
  };
  const move = (moved) => take(moved.clientY - top);
  const end = (moved) => {
    move(moved);
    removeEventListener('pointermove', move), removeEventListener('pointerup', end);
  };
  addEventListener('pointermove', move), addEventListener('pointerup', end);
}
function keep() {
  kept = kept.map((_, i) => Number([...state.ranges].every(([field, range]) => {
                    const at = range.scale.at(field.get(i));
                    return at !== null && at >= range[0] && at <= range[1];
                  })));
  drawParallel();
  drawScatter();
}

// Sensitivity.
function effects() {
  return data.effects.map((effect) => {
    const rows =
        [...effect.parameters]
            .sort((a, b) => b.share - a.share)
            .map((one) => ({
                   label: one.name,
                   value: one.share,
                   text: `${(100 * one.share).toFixed(1)} %  ${
                       one.factor ? `× ${trimmed(one.spread, 3)}` : `± ${trimmed(one.spread / 2, 3)}`}`,
                 }));
    return html(
        'div', {}, html('h3', {}, effect.result),
        rows.length ? bars(rows, 1, 'effect') :
                      html('p', {class: 'small'}, 'no parameter has two values with several points'));
  });
}

// The chosen point.
const summary = html('div', {id: 'summary'}), detail = html('section', {id: 'detail'});
function drawPoint() {
  if (!count) return;
  const i = state.chosen,
        text = (field) =>
            [html('dt', {}, field.name),
             html('dd', {}, field.isResult ? resultText(field, i) : told(field.get(i), 'plain'))];
  const range = data.energy_range;
  summary.replaceChildren(
      html('h2', {}, 'Point ', html('code', {}, idOf(i))),
      html(
          'p', {class: 'badges'}, onFront[i] ? html('b', {class: 'front'}, 'on the front') : null,
          html('b', {}, `on ${valueOf(data.rung, i)}`), html('b', {}, `bound by ${valueOf(data.bound, i)}`)),
      html('dl', {class: 'pairs'}, resultFields.map(text)),
      html(
          'p', {class: 'small'},
          `energy with low and high costs: ${told(range.low_j[i], 'J')} – ${told(range.high_j[i], 'J')}`),
      html('h3', {}, 'Parameters'), html('dl', {class: 'pairs'}, parameterFields.map(text)));
  const energy = data.energy.blocks.map((block, k) => ({label: block, value: data.energy.shares[k][i] / 1e4}))
                     .filter((one) => one.value > 0)
                     .sort((a, b) => b.value - a.value);
  const whole = data.results.find((one) => one.name === 'energy_j').values[i];
  for (const one of energy)
    one.text = `${told(one.value * whole, 'J', 3)}  ${(100 * one.value).toFixed(1)} %`;
  const stalls = data.cycles.blocks.map((block, k) => {
    const shares = [data.cycles.busy[k][i], data.cycles.wait_in[k][i], data.cycles.wait_out[k][i]].map(
        (share) => share / 1000);
    return {label: block, parts: [...shares, Math.max(0, 1 - shares[0] - shares[1] - shares[2])]};
  });
  const roof = html('div', {class: 'chart'});
  detail.replaceChildren(
      html('h2', {}, 'Point ', html('code', {}, idOf(i)), ': time and energy'),
      html(
          'div', {class: 'columns'}, html('div', {}, html('h3', {}, 'Roofline'), roof),
          html(
              'div', {}, html('h3', {}, 'Cycles by block, share busy'),
              stackedBars(
                  stalls, ['busy', 'waits for data', 'waits for a place', 'idle'],
                  ['busy', 'data', 'place', 'idle'])),
          html(
              'div', {}, html('h3', {}, 'Energy by block, nominal costs'),
              bars(energy, energy.length ? energy[0].value : 1, 'energy'))),
      html('h3', {}, 'Commands that repeat it'),
      commandBox([sweepCommands(i), ...commandsOf(i)].join('\n').replace(/\n+/g, '\n')));
  drawRoof(roof, i);
}
function drawRoof(place, i) {
  const named = (name) => data.results.find((one) => one.name === name), bytes = named('traffic_bytes'),
        time = named('time_s');
  if (!bytes || !time || !data.roof.state_updates) return;
  const dot = (k) => [data.roof.state_updates / bytes.values[k], data.roof.state_updates / time.values[k]];
  const some = Math.ceil(count / mostLines),
        others = Array.from({length: count}, (_, k) => k).filter((k) => k !== i && k % some === 0).map(dot);
  place.replaceChildren(roofline(
      place.clientWidth || 420, 'updates/s', 'state updates a byte moved',
      {peak: valueOf(data.roof.updates_per_s, i), bytes: valueOf(data.roof.bytes_per_s, i), name: 'array'},
      [{x: dot(i)[0], y: dot(i)[1], name: idOf(i), kind: 'front'}], others));
}

// The front as a table.
const mostRows = 100;
function frontTable() {
  const shown = [
    ...data.objectives.map((one) => fieldOf(one.result)),
    ...resultFields.filter(
        (field) => !(field.name in direction) && ['cycles', 'utilisation', 'power_w'].includes(field.name)),
    ...varied
  ];
  const rows =
      data.front.slice(0, mostRows)
          .map((i) => ({
                 attributes: {'data-point': i, onclick: () => choose(i)},
                 cells: [
                   html('button', {type: 'button'}, idOf(i)),
                   ...shown.map(
                       (field) => (field.isResult ? resultText(field, i) : told(field.get(i), 'plain')))
                 ],
               }));
  return [
    table(['point', ...shown.map((field) => field.name)], rows),
    data.front.length > mostRows ?
        html(
            'p', {class: 'small'},
            `the first ${mostRows} of ${data.front.length}; all: scansim sweep front ${
                data.folder} --csv FILE`) :
        null
  ];
}
function choose(i) {
  state.chosen = i;
  drawScatter();
  drawParallel();
  drawPoint();
  for (const row of document.querySelectorAll('tr[data-point]'))
    row.classList.toggle('picked', Number(row.dataset.point) === i);
}
function drawAll() {
  drawScatter();
  drawParallel();
  drawPoint();
}

document.querySelector('main').append(heading());
if (count) {
  document.querySelector('main').append(
      html(
          'div', {class: 'split'},
          section(
              'Points',
              html(
                  'p', {class: 'choices'}, axisChoice('x', 'x', 'xLog'), axisChoice('y', 'y', 'yLog'),
                  colourChoice()),
              legend, plot),
          html('section', {}, summary)),
      section('Front', frontTable()),
      section(
          'Parameters and objectives',
          html(
              'p', {class: 'small'},
              'Drag along an axis to keep the points in that range, click on it to let all back in: ',
              keptCount),
          parallel),
      detail,
      section(
          'Sensitivity',
          html(
              'p', {class: 'small'},
              'Main effect of each parameter over this sample: the share of the variance of log(result) ' +
                  'between its values (omega squared), and the largest mean over the smallest. Effects of two ' +
                  'together are in none; parameters that move together share theirs.'),
          html('div', {class: 'columns'}, effects())));
  addEventListener('resize', drawAll);
  choose(state.chosen);
}
