# group: agreement quick
input m2048.safetensors 'scansim trace generate --shape mamba-130m --length 2048 --seed 11 --out m2048.safetensors'
for trace in early-prefill late-prefill decode; do
  compare="scansim compare traces/byte-mamba-$trace.safetensors --config edge --rungs ref,hls,systemc,rtl"
  row "\`byte-mamba-$trace\`: \`ref\` against the recorded output" 'rtol 6e-4, atol 2e-3' "$compare" '.[0] | recorded'
  row 'the same: `hls` against `ref`, relative MSE of y' '≤ 5e-5' "$compare" '.[0] | hls_error'
  row 'the same: bits, cycles and counters that differ between `hls`, `systemc`, `rtl`; cycles' '0' "$compare" \
    '.[0] | "\(differences); \(cycles("rtl") | grouped)"'
done
for config in vision edge; do
  compare="scansim compare traces/digits-cross-scans.safetensors --config $config --rungs ref,hls,systemc,rtl"
  row "\`digits-cross-scans\`, \`$config\`: \`ref\` against the recorded output" 'rtol 6e-4, atol 2e-3' "$compare" '.[0] | recorded'
  row 'the same: `hls` against `ref`, relative MSE of y' '≤ 5e-5' "$compare" '.[0] | hls_error'
  row 'the same: bits, cycles and counters that differ between `hls`, `systemc`, `rtl`; cycles' '0' "$compare" \
    '.[0] | "\(differences); \(cycles("rtl") | grouped)"'
done
compare='scansim compare traces/byte-mamba-block-layer.safetensors --config block --rungs ref,hls,systemc'
row '`byte-mamba-block-layer`: `ref` against the recorded output' 'rtol 6e-4, atol 2e-3' "$compare" '.[0] | recorded'
row 'the same: `hls` against `ref`, relative MSE of y − x' '≤ 2e-2' "$compare" '.[0] | hls_error'
row 'the same: bits that differ between `hls` and `systemc`; cycles' '0' "$compare" '.[0] | "\(differences); \(cycles("systemc") | grouped)"'
# Beyond the bar of what the scan adds is status 1: the rows say by how much, and what more bits of state do.
long='scansim compare m2048.safetensors --config base --rungs ref,hls'
row 'mamba-130m, L 2048, `base`: `hls` against `ref`, relative MSE of y' '≤ 5e-5' "$long || [ \$? = 1 ]" '.[0] | hls_error'
row 'the same: of what the scan adds' '≤ 5e-5' "$long || [ \$? = 1 ]" '.[0] | scan_error'
row 'the same with states of 18 bits: of what the scan adds' '≤ 5e-5' "$long --set state_bits=18" '.[0] | scan_error'
