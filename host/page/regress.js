// The page of a regression: what host/page/regress_page.h lays out.
const verdictOf = data.all.failed > 0 ? 'failed' : data.all.missing > 0 ? 'partial' : 'passed';
const countsText = (one) => [`${grouped(one.passed)} of ${grouped(one.planned)} jobs passed`]
                                .concat(['failed', 'refused', 'missing']
                                            .filter((name) => one[name] > 0)
                                            .map((name) => `${grouped(one[name])} ${name}`))
                                .join(', ');
const pairs = (rows) => html(
    'dl', {class: 'facts'},
    rows.map(([name, text]) => html('div', {}, html('dt', {}, name), html('dd', {}, String(text)))));

const heading = () => html(
    'header', {}, html('h1', {}, data.name),
    html('p', {class: 'badges'}, html('b', {class: `verdict ${verdictOf === 'passed' ? 'good' : 'bad'}`}, verdictOf)),
    pairs([
      ['jobs', countsText(data.all)], ['stage', data.stage], ['seed', data.seed], ['folder', data.folder],
      [
        'program',
        `${data.program.version}, ${data.program.revision.slice(0, 12)}${data.program.dirty ? ', changed since' : ''}`
      ]
    ]));

const passRate = (one) => (one.planned === 0 ? '–' : told(one.passed / one.planned, '%', 4));
function stagePart() {
  const rows = ['V1', 'V2', 'V3'].map((stage) => {
    const own = data.testpoints.filter((one) => one.stage === stage);
    const sum = (name) => own.reduce((total, one) => total + one[name], 0);
    const counts = {planned: sum('planned'), passed: sum('passed')};
    return {cells: [stage, own.length, ...['planned', 'passed', 'failed', 'refused', 'missing'].map(sum).map(grouped), passRate(counts)]};
  });
  return section('Stages', table(['stage', 'testpoints', 'jobs', 'passed', 'failed', 'refused', 'not run', 'pass rate'], rows));
}
const planPart = () => section(
    'Plan',
    table(
        ['testpoint', 'stage', 'claim', 'tests', 'jobs', 'failed', 'refused', 'not run', 'pass rate'],
        data.testpoints.map((one) => ({
                              attributes: {class: one.failed > 0 ? 'bad' : null},
                              cells: [
                                one.name, one.stage, one.desc, one.tests.join(', '), grouped(one.planned),
                                grouped(one.failed), grouped(one.refused), grouped(one.missing), passRate(one)
                              ]
                            })),
        4));

const bucketPart = () => section(
    'Failures',
    data.buckets.length === 0 ? html('p', {class: 'small'}, 'None.') : data.buckets.map((one) => html(
        'div', {class: 'banner', role: 'alert'},
        html('strong', {}, [one.kind, one.pair, one.first, one.block ? `block ${one.block}` : ''].filter(Boolean).join(', ')),
        ` (bucket ${one.id}): ${grouped(one.jobs)} jobs`, html('p', {}, one.message),
        html('p', {class: 'small'}, `first: ${one.job}`),
        one.minimal ? html('p', {class: 'small'}, `minimal, after ${one.runs} runs: ${one.minimal}`) : null,
        one.waves ? html('p', {class: 'small'}, `waves: ${one.waves}`) : null,
        one.line ? commandBox(one.line) : null)));

const coverageParts = () => data.coverage.length === 0 ? [] : [section(
    'Functional coverage',
    table(['group', 'covered', 'of', 'share', 'excluded'],
          data.coverage.map((one) => ({
                              cells: [
                                one.group, grouped(one.covered), grouped(one.asked),
                                one.asked === 0 ? '–' : told(one.covered / one.asked, '%', 4), grouped(one.excluded)
                              ]
                            }))))];

const slowPart = () => section(
    'Slowest jobs',
    table(['job', 'time', 'memory', 'cycles'],
          data.slowest.map((one) => ({cells: [one.job, told(one.wall_s, 's', 3), `${one.memory_mb} MB`, grouped(one.cycles)]}))));

const trendPart = () => section(
    'Runs of this folder',
    table(['time', 'revision', 'seed', 'jobs', 'passed', 'failed', 'not run', 'run now', 'wall time'],
          data.runs.map((one) => ({
                          attributes: {class: one.failed > 0 ? 'bad' : null},
                          cells: [
                            one.time, one.revision.slice(0, 12) + (one.dirty ? ', changed' : ''), one.seed,
                            grouped(one.planned), grouped(one.passed), grouped(one.failed), grouped(one.missing),
                            grouped(one.ran), told(one.wall_s, 's', 3)
                          ]
                        })),
          2));

document.querySelector('main').append(heading(), bucketPart(), stagePart(), planPart(), ...coverageParts(), slowPart(), trendPart());
