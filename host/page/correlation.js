// Machine, model and GPU rows of the same call: a table, shares of ceilings, outliers. Numbers are those of
// `gpu correlate`; no ratio of a machine to a GPU is made here.
const usText = (value) => (value === null ? null : told(value * 1e-6, 's', 3));
function correlationEnergy(energy) {
  if (!energy) return null;
  return `${energy.basis === 'at most' ? 'at most ' : ''}${joules(energy.uj * 1e6)}`;
}
function correlationRows(call, outliers) {
  return call.rows.map((row, at) => ({
    attributes: {class: outliers.some((one) => one.row === at) ? 'bad' : null},
    cells: [
      row.label, row.on, row.precision, row.kernel, usText(row.time_us),
      row.low_us === null || row.high_us === null ? null : `${usText(row.low_us)} – ${usText(row.high_us)}`,
      row.bytes === null ? null : `${told(row.bytes, 'B', 3)}, ${row.bytes_basis}`,
      correlationEnergy(row.energy), row.energy ? row.energy.level : null, usText(row.model_us),
      row.model_error === null ? null : `${(100 * row.model_error).toFixed(1)} %`
    ]
  }));
}
function correlationShares(call) {
  const rows = call.rows.flatMap(
      (row) => row.shares.map((one) => ({
                                cells: [
                                  `${row.label} ${row.on}${row.precision ? ', ' + row.precision : ''}`, one.ceiling,
                                  one.basis, `${(100 * one.share).toFixed(1)} %`
                                ]
                              })));
  return rows.length ? html('details', {}, html('summary', {}, 'Share of each ceiling'),
                            table(['row', 'ceiling', 'of', 'share'], rows, 3)) :
                       null;
}
function correlationPart() {
  const found = data.correlation;
  if (!found) return null;
  const fit = found.model.rows === 0 ?
      'No measured row has a model.' :
      `Measured over modelled ${trimmed(found.model.factor, 3)}, mean error ${
          (100 * found.model.mean_error).toFixed(1)} % over ${found.model.rows} measured rows.`;
  return section(
      'GPU rows of the same call', html('p', {class: 'small'}, `From ${found.folder}. ${fit}`),
      found.calls.map((call, at) => {
        const outliers = found.outliers.filter((one) => one.call === at);
        return html(
            'div', {class: 'correlation'},
            table(
                [
                  'label', 'on', 'type', 'kernel', 'time', 'low – high', 'bytes', 'energy', 'level', 'model',
                  'model error'
                ],
                correlationRows(call, outliers), 4),
            correlationShares(call),
            outliers.length ?
                html(
                    'ul', {class: 'outliers'},
                    outliers.map((one) => {
                      const row = call.rows[one.row];
                      return html(
                          'li', {}, html('b', {}, `${row.label} ${row.kernel || row.on}`), `: ${one.what}`);
                    })) :
                html('p', {class: 'small'}, 'No outliers.'));
      }));
}
