# group: energy quick
# Of `energy published`: ours of a quantity at a node, and a published figure with our nominal over it.
P='scansim energy published'
ours() { echo ".[0].own[] | select(.quantity == \"$1\" and .node == \"$2\") | \"\\(.low_pj | pj)/\\(.nominal_pj | pj)/\\(.high_pj | pj) pJ\""; }
beside() { echo "+ (.[0].published | map(select(.quantity == \"$1\" and .node == \"$2\" and .ours_over_it != null) | \"; \\(.ours_over_it | ratio) times \\(.machine) (\\(.width))\") | join(\"\"))"; }
pj='def pj: if . >= 10 then fixed(1) else fixed(3) end;'
whole() { echo "$pj ($(ours "$1" "$2")) $(beside "$1" "$2")"; }
row 'a state update with its exp, gates scaled to 45 nm, low/nominal/high' 'Horowitz: 1.0, arithmetic alone' "$P" "$(whole state_update '45 nm')"
row 'the same, 7 nm' 'TPUv4i table: 0.34 int8, 1.68 fp16, arithmetic alone' "$P" "$(whole state_update '7 nm')"
row 'a multiply-accumulate, 8 bits, 45 nm' 'Horowitz: 0.3, arithmetic alone' "$P" "$(whole mac '45 nm')"
row 'the same, 7 nm' 'TPUv4i table: 0.10, arithmetic alone' "$P" "$(whole mac '7 nm')"
row 'an exp of 64 segments, 45 and 7 nm' 'none published of Mamba-X, eMamba, MARCA, FastMamba, ViM-Q' "$P" \
  "$pj [$(ours exp '45 nm')] + [$(ours exp '7 nm')] | join(\"; \")"
row 'a multiply-accumulate of others, of another level (never in a ratio)' '' "$P" \
  "$pj .[0].published | map(select(.quantity == \"mac\" and .level != \"circuit\" and .pj != null) | \"\\(.machine): \\(.pj | pj) pJ, \\(.level), \\(.node), \\(.width)\") | join(\"; \")"
row 'no energy of an operation published' '' "$P" '.[0].published | map(select(.pj == null) | "\(.machine), \(.node): \(.source)") | join("; ")'
row 'switching counters against gates, data held out: largest error of a unit, of a total' '15 %; 10 %' 'scansim energy fit' \
  '$text | capture("held_out: largest error of a unit (?<u>[0-9.]+) %, of a total (?<t>[0-9.]+) %") | "\(.u) %; \(.t) %"'
row 'the same where classes of operands are zero or one value throughout' '' 'scansim energy fit' \
  '$text | capture("stuck: largest error of a unit (?<u>[0-9.]+) %, of a total (?<t>[0-9.]+) %") | "\(.u) %; \(.t) %"'
C='scansim compare traces/byte-mamba-block-layer.safetensors --config block-tiny --rungs hls,systemc --switching'
row 'a layer of byte-mamba at `block-tiny`: units by gates, of it idle clocks; the same operations by recipes' '' "$C" \
  '.[0].rungs.systemc.switching.energy as $e | "\($e.total.nominal_pj / 1e6 | fixed(2)) uJ, \(($e.units | map(.idle_clock_pj_180nm) | add) / ($e.units | map(.switched_pj_180nm + .clock_pj_180nm + .idle_clock_pj_180nm) | add) | percent); \(($e.units | map(.recipes.nominal_pj // 0) | add) / 1e6 | fixed(2)) uJ"'
G='scansim compare traces/byte-mamba-late-prefill.safetensors --config edge --rungs gpu,hls,systemc --gpu modelled'
row 'a scan of byte-mamba: `edge`, circuit and device, beside a modelled H100, board, at most' '' "$G" \
  '.[0].rungs | "\(.systemc.energy.system_estimate.nominal_pj / 1e6 | fixed(2)) uJ (\(.systemc.energy.system_estimate.levels | join(" + "))); \(.gpu.energy.upper_bound_uj | fixed(1)) uJ (\(.gpu.energy.level))"'
