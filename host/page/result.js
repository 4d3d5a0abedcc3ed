// The page of a result: what host/page/result_page.h lays out.
const verdictClass = {
  agree: 'good',
  disagree: 'bad',
  'not compared': ''
};
const pairs = (rows) => html(
    'dl', {class: 'facts'},
    rows.filter((row) => row[1] !== null && row[1] !== '')
        .map(([name, text]) => html('div', {}, html('dt', {}, name), html('dd', {}, text))));

function heading() {
  const {trace, program, design_point: point} = data;
  const kinds = html(
      'p', {class: 'badges'}, html('b', {class: `verdict ${verdictClass[data.verdict]}`}, data.verdict),
      data.warnings.map((one) => html('b', {}, `warning: ${one.kind}`)));
  const facts = pairs([
    ['trace', trace.path], ['operator', trace.operator], ['tokens', grouped(trace.tokens)],
    ['state updates', trace.state_updates === null ? null : told(trace.state_updates, '')],
    ['MACs', trace.macs === null ? null : told(trace.macs, '')], ['design point', point.name],
    ['clock', told(point.clock_mhz * 1e6, 'Hz')], ['memory', data.memory_model], ['seed', data.seed],
    [
      'program',
      `${program.version}, ${program.revision.slice(0, 12)}${program.dirty ? ', changed since' : ''}`
    ]
  ]);
  const differing = data.rungs.filter((rung) => rung.verdict === 'disagree');
  return html(
      'header', {}, html('h1', {}, data.file), kinds, facts,
      differing.map(
          (rung) => html(
              'div', {class: 'banner', role: 'alert'},
              html('strong', {}, `${rung.name} disagrees with ${rung.compared_with || 'itself'}`),
              rung.finding ? `: ${rung.finding}` : '')),
      data.warnings.map(
          (one) => html(
              'div', {class: 'banner'}, html('strong', {}, `${one.kind}, ${one.rung}`), `: ${one.text}`)),
      data.limits.map(([what, count]) => html('p', {class: 'small'}, `${grouped(count)} ${what}`)));
}

function verdictOf(rung) {
  if (rung.verdict === 'not compared' || !rung.compared_with)
    return rung.verdict === 'disagree' ? 'failed' : '–';
  return `${rung.verdict === 'agree' ? 'agrees' : 'differs from'} ${rung.compared_with}`;
}
const stepName = data.trace.macs !== null ? 'MACs/s' : 'updates/s',
      steps = data.trace.macs !== null ? data.trace.macs : data.trace.state_updates;
function energyOf(rung) {
  if (data.trace.tokens === 0) return [null, null];
  const each = (picojoules) => joules(picojoules / data.trace.tokens);
  if (rung.energy)
    return [
      `${each(rung.energy.low_pj)} – ${each(rung.energy.nominal_pj)} – ${each(rung.energy.high_pj)}`,
      rung.energy.level
    ];
  const board = rung.gpu && rung.gpu.energy;
  if (!board) return [null, null];
  if (board.idle_included_uj !== null) return [each(board.idle_included_uj * 1e6), board.level];
  return board.upper_bound_uj === null ? [null, null] :
                                         [`at most ${each(board.upper_bound_uj * 1e6)}`, board.level];
}
function rungTable() {
  const rows = data.rungs.map((rung) => {
    const name = rung.gpu ? `gpu ${rung.gpu.label}` : rung.name,
          rate = (amount, seconds) => (amount && seconds ? told(amount / seconds, '', 3) : null);
    const part = rung.simulated ? `, ${rung.simulated.chunks} of ${rung.simulated.of} chunks simulated` : '';
    return {
      attributes: {class: rung.verdict === 'disagree' ? 'bad' : null},
      cells: [
        name, verdictOf(rung) + part, rung.cycles === null ? null : grouped(rung.cycles),
        rung.time_s === null ? null : told(rung.time_s, 's', 3), rate(data.trace.tokens, rung.time_s),
        rate(steps, rung.time_s), ...energyOf(rung),
        rung.cycles === null ? null : rate(rung.cycles, rung.wall_s)
      ]
    };
  });
  const findings = data.rungs.filter((rung) => rung.finding)
                       .map((rung) => html('li', {}, html('b', {}, rung.name), `: ${rung.finding}`));
  return section(
      'Rungs',
      table(
          [
            'rung', 'verdict', 'cycles', 'time', 'tokens/s', stepName, 'energy/token, low – nominal – high',
            'level', 'simulated Hz'
          ],
          rows, 2),
      html('details', {}, html('summary', {}, 'What each comparison found'), html('ul', {}, findings)),
      data.errors.length ?
          html(
              'details', {}, html('summary', {}, 'Relative mean squared errors'),
              table(
                  ['of what', 'error'],
                  data.errors.map(([what, value]) => ({cells: [what, value.toExponential(2)]})))) :
          null);
}

const ratioText = (ratio, above, below) => {
  if (ratio === null) return null;
  return ratio >= 1 ? `${trimmed(ratio, 3)} × ${above}` : `${trimmed(1 / ratio, 3)} × ${below}`;
};
function boardEnergy(energy) {
  if (!energy) return [];
  const measured = energy.idle_included_uj !== null, of = (uj) => joules(uj * 1e6);
  const bound = energy.upper_bound_uj === null ? null : `at most ${of(energy.upper_bound_uj)}`;
  const both = () => `${of(energy.idle_included_uj)} with idle, ${of(energy.idle_subtracted_uj)} without`;
  return [['energy of the board', measured ? both() : bound], ['its basis', energy.basis]];
}
function ratioFacts(ratios) {
  if (!ratios) return [];
  return [
    [`${ratios.rung} beside it`, ratioText(ratios.time, 'slower', 'faster')],
    ['energy, with idle', ratioText(ratios.energy_idle_included, 'more', 'less')],
    ['energy, without idle', ratioText(ratios.energy_idle_subtracted, 'more', 'less')],
    ['not told', ratios.withheld],
  ];
}
function rooflineFact(roof) {
  if (roof.achieved_share !== null)
    return `${(100 * roof.achieved_share).toFixed(1)} % of its ceiling, ${roof.ceiling}`;
  return roof.ceiling ? `bound by ${roof.ceiling}` : null;
}
function gpuPart() {
  if (!gpu) return null;
  const {label, precision, device, kernel, source, time_us: time, energy, ceilings, roofline: roof, ratios} =
      gpu.gpu;
  const us = (value) => told(value * 1e-6, 's');
  const range = time.low !== null && time.high !== null ? ` (${us(time.low)} – ${us(time.high)})` : '';
  const facts = [
    ['device', `${device}, ${precision}`],
    ['time of one call', `${us(time.median)}${range}`],
    ['its basis', time.basis],
    ['kernel', kernel],
    ['source', source],
    ['roofline', rooflineFact(roof)],
    ...boardEnergy(energy),
    ...ratioFacts(ratios),
  ].filter((row) => row[1] !== null && row[1] !== '');
  const rows =
      ceilings.map((one) => ({cells: [one.name, told(one.value, one.unit, 3), one.basis, one.source]}));
  return section(
      null, html('h2', {}, 'GPU ', html('span', {class: 'badges inline'}, html('b', {class: label}, label))),
      html('dl', {class: 'pairs list'}, facts.map(([name,
                                                    text]) => [html('dt', {}, name), html('dd', {}, text)])),
      rows.length ? table(['ceiling', 'value', 'basis', 'source'], rows, 4) : null);
}

const designPart = () => section(
    'Design point',
    html(
        'dl', {class: 'pairs several'},
        Object.entries(data.design_point)
            .map(([name,
                   value]) => html('div', {}, html('dt', {}, name), html('dd', {}, told(value, 'plain'))))));

document.querySelector('main').append(heading(), rungTable());
if (shownRung) document.querySelector('main').append(machinePart, html('div', {id: 'operators'}));
document.querySelector('main').append(
    ...[gpuPart(), correlationPart(),
        section(
            'Commands',
            data.reproduce ?
                [
                  html('p', {class: 'small'}, 'What differs, with waves where a rung has them:'),
                  commandBox(data.reproduce)
                ] :
                null,
            html('p', {class: 'small'}, 'The run:'), commandBox(data.command)),
        designPart()]
        .filter(Boolean));
drawMachine();
addEventListener('resize', drawMachine);
