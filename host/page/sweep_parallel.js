// Parallel coordinates of parameters and objectives; a drag on an axis keeps the points in that range.
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
  const titles =
      axes.map((field) => (field.isResult ? `${field.name} ${direction[field.name]}` : field.name));
  const room = titles.map((title) => 8 + 7.6 * title.length);  // titles stand on two levels
  const width =
      Math.max(parallel.clientWidth || 900, axes.length * Math.max(84, ...room.map((one) => one / 2)));
  const height = 330, top = 42, bottom = height - 14, first = Math.max(40, room[0] / 2);
  const last = width - Math.max(70, room[room.length - 1] / 2);
  const step = axes.length > 1 ? (last - first) / (axes.length - 1) : 0, left = (k) => first + step * k;
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
    const x = left(k), range = state.ranges.get(field);
    parts.push(svg('line', {class: 'rail', x1: x, x2: x, y1: top, y2: bottom}));
    parts.push(svg('text', {class: 'axis', x, y: k % 2 ? 14 : 28, 'text-anchor': 'middle'}, titles[k]));
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
