// The chosen point: results, parameters, roofline, cycles and energy by block, commands.
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
          html('b', {}, rungText(valueOf(data.rung, i))),
          html('b', {}, `bound by ${valueOf(data.bound, i)}`)),
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
// The GPU for the same workloads: a rate and no point, since its bytes are of another precision.
function gpuLevels() {
  if (!data.gpu || !data.gpu.time_s) return [];
  const rate = data.roof.state_updates / data.gpu.time_s;
  return [{y: rate, name: `gpu ${data.gpu.label} ${told(rate, '', 3)}`}];
}
function gpuNote() {
  if (!data.gpu) return '';
  const {why_not: none, label, device, precision, basis, time_s: seconds} = data.gpu;
  return html(
      'p', {class: 'small', id: 'gpu'},
      none ? `no line of a GPU: ${none}` :
             `gpu ${label}: ${device}, ${precision}, ${told(seconds, 's', 3)} for these workloads; ${basis}`);
}
function drawRoof(place, i) {
  const named = (name) => data.results.find((one) => one.name === name), bytes = named('traffic_bytes'),
        time = named('time_s');
  if (!bytes || !time || !data.roof.state_updates) return;
  const dot = (k) => [data.roof.state_updates / bytes.values[k], data.roof.state_updates / time.values[k]];
  const some = Math.ceil(count / mostLines),
        others = Array.from({length: count}, (_, k) => k).filter((k) => k !== i && k % some === 0).map(dot);
  place.replaceChildren(
      roofline(
          place.clientWidth || 420, 'updates/s', 'state updates a byte moved',
          {peak: valueOf(data.roof.updates_per_s, i), bytes: valueOf(data.roof.bytes_per_s, i), name: 'array'},
          [{x: dot(i)[0], y: dot(i)[1], name: idOf(i), kind: 'front'}], others, gpuLevels()),
      gpuNote());
}
