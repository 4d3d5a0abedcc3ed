// Any two fields of the points over each other, coloured by a third; the nearest point tells itself, a click
// chooses it.
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
    groups.set(
        kind,
        (groups.get(kind) || '') +
            circle(
                px, py,
                kept[i] && onFront[i] ? 4.5 :
                    count > 3000      ? 2 :
                                        3));
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
          rungText(rung)));
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
      ` ${onFront[hit.i] ? 'on the front, ' : ''}${rungText(valueOf(data.rung, hit.i))}`,
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
