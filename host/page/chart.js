// What the pages draw with: elements, numbers, scales, frames with axes, bars, a roofline.
// Contract: text goes into text nodes only; colours and type are the style's (page.css), by class.
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on'))
      element.addEventListener(name.slice(2), value);
    else
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}
const html = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
    filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

// 1.23 M, 45.6 us: `digits` significant ones, and the unit with an SI prefix.
const prefixes = [
  [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n'],
  [1e-12, 'p'], [1e-15, 'f']
];
function told(value, unit, digits = 4) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (unit === '%') return `${trimmed(100 * value, digits)} %`;
  if (unit === 'x') return `${trimmed(value, digits)} ×`;
  if (value === 0 || unit === 'plain')
    return `${trimmed(value, 12)}${unit && unit !== 'plain' ? ' ' + unit : ''}`;
  const size = Math.abs(value);
  const [factor, prefix] = prefixes.find(([one]) => size >= one * 0.99995) || prefixes[prefixes.length - 1];
  return `${trimmed(value / factor, digits)}${prefix || unit ? ' ' : ''}${prefix}${unit}`;
}
const trimmed = (value, digits) => String(Number(value.toPrecision(digits)));
const grouped = (value) =>
    (value === null || value === undefined ? '–' : value.toLocaleString('en').replace(/,/g, ' '));

// Round places between low and high, about `count`.
function roundPlaces(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const places = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high * (1 + 1e-12); ++i) places.push(i * step);
  return places;
}
function logPlaces(low, high, count) {
  const decades = Math.log10(high / low);
  if (decades < 1) return roundPlaces(low, high, count);
  const steps = decades < count / 3 ? [1, 2, 5] : [1];
  const every = steps.length > 1 ? 1 : Math.ceil(decades / count);
  const places = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1)
    for (const step of steps)
      if (power % every === 0 && step * 10 ** power >= low && step * 10 ** power <= high)
        places.push(step * 10 ** power);
  return places;
}

const tickText = (value, unit) =>
    told(value, unit.length > 3 && unit !== 'plain' ? '' : unit, 3);  // a long unit: the title has it

// A scale: at(value) is a place between `from` and `to`; ticks are {value, text}.
function numberScale(values, unit, isLog, from, to, count) {
  let low = Infinity, high = -Infinity;
  for (const value of values)
    if (value !== null && (!isLog || value > 0)) low = Math.min(low, value), high = Math.max(high, value);
  if (low > high) low = isLog ? 1 : 0, high = isLog ? 10 : 1;
  if (low === high)
    low = isLog ? low / 2 : low - (Math.abs(low) || 1) / 2,
    high = isLog ? high * 2 : high + (Math.abs(high) || 1) / 2;
  const pad = isLog ? (high / low) ** 0.04 : (high - low) * 0.04;
  [low, high] = isLog ? [low / pad, high * pad] : [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
  const share = isLog ? (value) => Math.log(value / low) / Math.log(high / low) :
                        (value) => (value - low) / (high - low);
  return {
    at: (value) => (value === null || (isLog && value <= 0) ? null : from + (to - from) * share(value)),
    ticks: (isLog ? logPlaces : roundPlaces)(low, high, count)
               .map((value) => ({value, text: tickText(value, unit)})),
  };
}
function textScale(values, from, to) {
  const step = (to - from) / values.length;
  return {
    at: (value) => (values.includes(value) ? from + step * (values.indexOf(value) + 0.5) : null),
    ticks: values.map((value) => ({value, text: told(value, 'plain')})),
  };
}

// Axes, grid and titles of a plot; leaves out tick texts that would touch.
function frame(x, y, box, xTitle, yTitle) {
  const parts = [svg(
      'rect',
      {class: 'plot', x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top})];
  let free = -Infinity;
  for (const {value, text} of x.ticks) {
    const place = x.at(value), half = 3.4 * text.length;
    parts.push(svg('line', {class: 'grid', x1: place, x2: place, y1: box.top, y2: box.bottom}));
    if (place - half < free) continue;
    free = place + half + 8;
    parts.push(svg('text', {class: 'tick', x: place, y: box.bottom + 16, 'text-anchor': 'middle'}, text));
  }
  free = Infinity;
  for (const {value, text} of y.ticks) {
    const place = y.at(value);
    parts.push(svg('line', {class: 'grid', x1: box.left, x2: box.right, y1: place, y2: place}));
    if (place > free) continue;
    free = place - 14;
    parts.push(svg('text', {class: 'tick', x: box.left - 7, y: place + 4, 'text-anchor': 'end'}, text));
  }
  parts.push(svg('text', {class: 'axis', x: box.right, y: box.bottom + 34, 'text-anchor': 'end'}, xTitle));
  parts.push(svg('text', {class: 'axis', x: 4, y: box.top - 9}, yTitle));
  return parts;
}
const roomFor = (y) =>
    Math.max(56, 18 + 7.2 * Math.max(0, ...y.ticks.map((tick) => tick.text.length)));  // left of a plot
const titled = (name, unit) => (unit && unit !== 'plain' && unit !== 'x' ? `${name}, ${unit}` : name);

const circle = (x, y, r) =>
    `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${- 2 * r} 0`;

// Rows {label, value, text, low, high} as bars of a share of `most`; low to high as a whisker.
function bars(rows, most, kind = '') {
  const percent = (value) => `${Math.max(0, Math.min(100, (100 * value) / most)).toFixed(2)}%`;
  return html(
      'div', {class: 'bars'},
      rows.map(
          (row) =>
              [html('span', {class: 'label', title: row.title || row.label}, row.label),
               html(
                   'span', {class: 'track'},
                   html('i', {class: `bar ${row.kind || kind}`, style: `width:${percent(row.value)}`}),
                   row.high > row.low ? html('i', {
                     class: 'whisker',
                     style: `left:${percent(row.low)};width:calc(${percent(row.high)} - ${percent(row.low)})`
                   }) :
                                        null),
               html('span', {class: 'value'}, row.text)]));
}
// Rows {label, parts: [share, ...]} as bars of several parts that sum to 1, named by `names`.
function stackedBars(rows, names, kinds) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  return html(
      'div', {},
      html(
          'p', {class: 'legend'},
          names.map((name, i) => html('span', {}, html('i', {class: `swatch ${kinds[i]}`}), name))),
      html(
          'div', {class: 'bars'},
          rows.map(
              (row) =>
                  [html('span', {class: 'label', title: row.label}, row.label),
                   html('span', {class: 'track'}, row.parts.map((share, i) => html('i', {
                                                                  class: `bar ${kinds[i]}`,
                                                                  style: `width:${(100 * share).toFixed(2)}%`,
                                                                  title: `${row.label}: ${names[i]} ${
                                                                      percent(share)}`
                                                                }))),
                   html('span', {class: 'value'}, percent(row.parts[0]))])));
}

// Attainable rate over operations a byte, log-log. machine: {peak, bytes, name}; dots: {x, y, name, kind};
// faint: path of other points as [[x, y], ...]; levels: {y, name} across the plot.
function roofline(width, unit, perByte, machine, dots, faint = [], levels = []) {
  const height = 300, box = {left: 72, right: width - 14, top: 26, bottom: height - 44};
  const ridge = machine.peak / machine.bytes,
        xs = [ridge, ...dots.map((dot) => dot.x), ...faint.map((one) => one[0])];
  const xLow = Math.min(...xs) / 4, xHigh = Math.max(...xs) * 4;
  const ys = [
    machine.peak, Math.min(machine.peak, xLow * machine.bytes), ...dots.map((dot) => dot.y),
    ...faint.map((one) => one[1]), ...levels.map((level) => level.y)
  ];
  const x = numberScale([xLow, xHigh], 'plain', true, box.left, box.right, 6);
  const y = numberScale([Math.min(...ys) / 1.5, Math.max(...ys) * 2], unit, true, box.bottom, box.top, 6);
  const bend = Math.min(Math.max(ridge, xLow), xHigh),
        roof = (at) => y.at(Math.min(machine.peak, at * machine.bytes));
  const corner = [x.at(bend), roof(bend)], start = [x.at(xLow), roof(xLow)];
  const tilt = (Math.atan2(corner[1] - start[1], corner[0] - start[0]) * 180) / Math.PI;
  const parts = frame(x, y, box, perByte, `rate, ${unit}`);
  parts.push(svg('path', {class: 'faint', d: faint.map(([a, b]) => circle(x.at(a), y.at(b), 2)).join('')}));
  parts.push(svg('path', {class: 'roof', d: `M${start}L${corner}L${x.at(xHigh)},${roof(xHigh)}`}));
  parts.push(
      svg('text', {class: 'note', x: box.right - 4, y: roof(xHigh) - 6, 'text-anchor': 'end'},
          `${machine.name} ${told(machine.peak, '', 3)}`));
  parts.push(
      svg('text', {
        class: 'note',
        transform: `translate(${(start[0] + corner[0]) / 2} ${(start[1] + corner[1]) / 2}) rotate(${tilt})`,
        y: -6,
        'text-anchor': 'middle'
      },
          `memory ${told(machine.bytes, 'B/s', 3)}`));
  for (const level of levels) {
    parts.push(
        svg('line', {class: 'level', x1: box.left, x2: box.right, y1: y.at(level.y), y2: y.at(level.y)}));
    parts.push(svg('text', {class: 'note level', x: box.left + 6, y: y.at(level.y) - 6}, level.name));
  }
  for (const dot of dots) {
    parts.push(svg('path', {class: `dot ${dot.kind}`, d: circle(x.at(dot.x), y.at(dot.y), 5)}));
    parts.push(svg('text', {class: 'note strong', x: x.at(dot.x) + 9, y: y.at(dot.y) + 15}, dot.name));
  }
  return svg(
      'svg', {class: 'roofline', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img'}, parts);
}

// Rows of a table; numbers stand right.
function table(headings, rows, left = 1) {
  const cell = (tag, content, i) =>
      html(tag, {class: i < left ? 'left' : null}, content === null || content === undefined ? '–' : content);
  return html(
      'div', {class: 'wide tall'},
      html(
          'table', {}, html('thead', {}, html('tr', {}, headings.map((one, i) => cell('th', one, i)))),
          html(
              'tbody', {},
              rows.map((row) => html('tr', row.attributes, row.cells.map((one, i) => cell('td', one, i)))))));
}
// Text of a shell that can be taken whole.
function commandBox(text) {
  const box = html('pre', {}, text);
  const take = () => {
    getSelection().selectAllChildren(box);
    document.execCommand('copy');
  };
  return html('div', {class: 'command'}, html('button', {type: 'button', onclick: take}, 'Copy'), box);
}
const section = (title, ...children) => html('section', {}, title ? html('h2', {}, title) : null, children);
