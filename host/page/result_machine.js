// The machine of a result, on the rung that is chosen: what bounds it, rooflines, cycles, energy, bytes,
// operators.
const machines = data.rungs.filter((rung) => rung.machine);
const gpu = data.rungs.find((rung) => rung.gpu);
let shownRung = machines[machines.length - 1] || null;
const joules = (picojoules) => told(picojoules * 1e-12, 'J', 3);

const machinePart = html('section', {id: 'machine'});
function rungChoice() {
  if (machines.length < 2) return null;
  const select = html(
      'select', {id: 'rung', onchange: () => ((shownRung = machines[select.selectedIndex]), drawMachine())},
      machines.map((rung) => html('option', {}, rung.name)));
  select.selectedIndex = machines.indexOf(shownRung);
  return html('span', {class: 'choice'}, html('label', { for: 'rung'
              }, 'on'), select);
}
function tensorBars(machine) {
  const most = Math.max(1, ...machine.tensors.map((one) => Math.max(one.read + one.written, one.compulsory)));
  const rows = [...machine.tensors].sort((a, b) => b.read + b.written - a.read - a.written).map((one) => {
    const moved = one.read + one.written;
    const over = one.compulsory ? trimmed(moved / one.compulsory, 3) : null;
    return {
      label: one.name,
      value: moved,
      low: 0,
      high: 0,
      kind: one.written > one.read ? 'write' : 'read',
      text: `${told(moved, 'B', 3)}  ${over ? `${over} ×` : 'not needed'}`,
      title: `${one.name}: ${grouped(one.read)} bytes read, ${grouped(one.written)} written, ${
          grouped(one.compulsory)} must move`
    };
  });
  return [
    html(
        'p', {class: 'legend'}, html('span', {}, html('i', {class: 'swatch read'}), 'mostly read'),
        html('span', {}, html('i', {class: 'swatch write'}), 'mostly written'),
        html('span', {}, '× of what must move')),
    bars(rows, most)
  ];
}
const mostEvents = 12;
function energyBars(all, whole) {
  const list = all.filter((one) => one.high_pj > 0);
  const rows =
      list.slice(0, mostEvents)
          .map((one) => ({
                 label: one.name,
                 value: one.nominal_pj,
                 low: one.low_pj,
                 high: one.high_pj,
                 text: `${joules(one.nominal_pj)}  ${((100 * one.nominal_pj) / whole).toFixed(1)} %`,
                 title:
                     `${one.name}: ${joules(one.low_pj)} – ${joules(one.nominal_pj)} – ${joules(one.high_pj)}`
               }));
  const rest = list.slice(mostEvents).reduce((sum, one) => sum + one.nominal_pj, 0);
  if (rest > 0)
    rows.push({
      label: `${list.length - mostEvents} smaller`,
      value: rest,
      text: `${joules(rest)}  ${((100 * rest) / whole).toFixed(1)} %`
    });
  return bars(rows, Math.max(...list.map((one) => one.high_pj), 1e-30), 'energy');
}
function operatorTable(machine, cycles) {
  if (!machine.operators.length) return null;
  const rows =
      machine.operators.map((one) => ({
                              cells: [
                                one.name, one.unit, one.busy_cycles ? grouped(one.busy_cycles) : null,
                                one.busy_cycles ? `${((100 * one.busy_cycles) / cycles).toFixed(1)} %` : null,
                                one.steps ? grouped(one.steps) : null,
                                one.weight_bytes ? grouped(one.weight_bytes) : null, joules(one.energy_pj)
                              ]
                            }));
  return section(
      'Operators of the layer',
      table(
          ['operator', 'unit', 'busy cycles', 'of the call', 'products or updates', 'weight bytes', 'energy'],
          rows, 2));
}
function drawMachine() {
  if (!shownRung) return;
  const {machine, energy, cycles, time_s: seconds} = shownRung, bound = machine.bound_by;
  const limit = `bound by ${bound.kind}: ${bound.block || 'the memory'} ${bound.cause}, ${
      (100 * bound.share).toFixed(1)} %`;
  const roofs = machine.roofs.map(() => html('div', {class: 'chart'})), power = machine.power_w;
  const stalls = machine.blocks.map(
      (block) => ({
        label: block.name,
        parts: ['busy', 'wait_in', 'wait_out', 'idle'].map((state) => block[state] / cycles)
      }));
  machinePart.replaceChildren(
      html('h2', {}, 'The machine ', rungChoice() || `on ${shownRung.name}`),
      html(
          'p', {class: 'badges'}, html('b', {}, limit),
          html(
              'b', {},
              `memory ${told(machine.bytes_per_s, 'B/s', 3)} of ${told(machine.peak_bytes_per_s, 'B/s', 3)}`),
          power ? html(
                      'b', {},
                      `${told(power.low, 'W', 3)} – ${told(power.nominal, 'W', 3)} – ${
                          told(power.high, 'W', 3)}`) :
                  null),
      html(
          'div', {class: 'columns'},
          machine.roofs.map((roof, i) => html('div', {}, html('h3', {}, `Roofline, ${roof.unit}`), roofs[i])),
          stalls.length ? html(
                              'div', {}, html('h3', {}, 'Cycles by block, share busy'),
                              stackedBars(
                                  stalls, ['busy', 'waits for data', 'waits for a place', 'idle'],
                                  ['busy', 'data', 'place', 'idle'])) :
                          null,
          energy ? html(
                       'div', {}, html('h3', {}, `Energy by block, ${joules(energy.nominal_pj)}`),
                       energyBars(energy.blocks, energy.nominal_pj)) :
                   null,
          energy ? html(
                       'div', {}, html('h3', {}, 'Energy by event'),
                       energyBars(energy.events, energy.nominal_pj)) :
                   null,
          machine.tensors.length ?
              html(
                  'div', {}, html('h3', {}, `Bytes by tensor, ${told(machine.moved_bytes, 'B', 3)}`),
                  tensorBars(machine)) :
              null),
      energy ? html(
                   'p', {class: 'small'},
                   `energy: costs of ${energy.technology}, DRAM of ${
                       energy.dram}; whiskers are low and high costs; not modelled: ${energy.not_modelled}`) :
               '');
  machine.roofs.forEach((roof, i) => drawRoof(roofs[i], roof, machine, seconds));
  const after = operatorTable(machine, cycles);
  const place = document.getElementById('operators');
  place.replaceChildren(...(after ? [after] : []));
}
function drawRoof(place, roof, machine, seconds) {
  if (!machine.moved_bytes)
    return place.append(html('p', {class: 'small'}, 'the bytes that moved are not known on this rung'));
  const levels = [];
  if (gpu && gpu.time_s) {
    const rate = roof.amount / gpu.time_s;
    levels.push({y: rate, name: `gpu ${gpu.gpu.label} ${told(rate, '', 3)}`});
  }
  place.append(roofline(
      place.clientWidth || 420, `${roof.unit}/s`, `${roof.unit} a byte moved`,
      {peak: roof.peak_per_s, bytes: machine.peak_bytes_per_s, name: 'array'},
      [{x: roof.amount / machine.moved_bytes, y: roof.amount / seconds, name: shownRung.name, kind: 'front'}],
      [], levels));
}
