// The page of a sweep: heading, front, sensitivity, and the parts of the other scripts together.
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
  const differing =
      Array.from({length: count}, (_, i) => i).filter((i) => valueOf(data.rung, i).startsWith('differs'));
  if (differing.length)
    lines.push(html(
        'div', {class: 'banner', role: 'alert'},
        html('strong', {}, `${grouped(differing.length)} points differ`),
        ` from their rows on a rung with values: ${differing.slice(0, 20).map(idOf).join(', ')}`));
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

// The front as a table.
const mostRows = 500;
function frontTable() {
  const shown = [
    ...data.objectives.map((one) => fieldOf(one.result)),
    ...resultFields.filter(
        (field) => !(field.name in direction) && ['cycles', 'utilisation', 'power_w'].includes(field.name)),
    ...varied
  ];
  const rows =
      front.slice(0, mostRows)
          .map((i) => ({
                 attributes: {'data-point': i, onclick: () => choose(i)},
                 cells: [
                   html('button', {type: 'button'}, idOf(i)), valueOf(data.rung, i),
                   ...shown.map(
                       (field) => (field.isResult ? resultText(field, i) : told(field.get(i), 'plain')))
                 ],
               }));
  return [
    table(['point', 'rung', ...shown.map((field) => field.name)], rows, 2),
    data.front.length > mostRows ?
        html(
            'p', {class: 'small'},
            `the best ${mostRows} of ${data.front.length} by ${
                data.objectives[0].result}; all: scansim sweep front ${data.folder} --csv FILE`) :
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
