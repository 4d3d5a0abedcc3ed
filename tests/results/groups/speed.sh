# group: speed quick
row '`systemc` over `rtl`, 256 PE, `base`' '≥ 30' 'scansim bench --config base --length 1024' '.[0].ratios.systemc_over_rtl | ratio(1)'
row '`rtl`, 256 PE, `base`, cycles per second' '≥ 97 k' 'scansim bench --config base --length 1024' '.[0].rungs.rtl.cycles_per_s | rate'
row '`hls`, state updates per second' '≥ 1e9 with AVX-512, 6e8 with AVX2' 'scansim bench --config base --length 1024' '.[0].rungs.hls.state_updates_per_s | rate'
row '`systemc` over `rtl`, 256 PE, `base16`' '≥ 20' 'scansim bench --config base16 --length 1024' '.[0].ratios.systemc_over_rtl | ratio(1)'
row '`systemc` over `rtl`, a layer, `block`' '≥ 100' \
  'scansim bench --config block --trace traces/byte-mamba-block-layer.safetensors' '.[0].ratios.systemc_over_rtl | ratio(1)'
row '`rtl`, a layer, `block`, cycles per second' '≥ 40 k' \
  'scansim bench --config block --trace traces/byte-mamba-block-layer.safetensors' '.[0].rungs.rtl.cycles_per_s | rate'
dram='scansim bench --config base --memory dram-hbm2 --rungs systemc,fast --shape mamba-130m --length 2048'
row '`fast`, mamba-130m, L 2048, `base`, `dram-hbm2`: points per second' '≥ 40' "$dram" '1 / .[0].rungs.fast.wall_s | floor'
row 'the same, over `systemc`' '' "$dram" '.[0].ratios.fast_over_systemc | ratio(1)'
for memory in ideal latency; do
  row "\`analytic\`, the same under \`$memory\`" '≥ 500' \
    "scansim bench --config base --memory $memory --rungs systemc,analytic --shape mamba-130m --length 2048" '1 / .[0].rungs.analytic.wall_s | floor'
done
input points.yaml "printf 'sweep: 1\nbase: base\nworkloads: [{shape: mamba-130m, length: 2048}]\nspace: {memory: [ideal, latency], clock_mhz: {range: [500, 699, 1]}}\n' >points.yaml"
row 'a sweep of 400 of these points on one core, all in: points per second' '≥ 500' \
  'time scansim sweep run points.yaml --out $(mktemp -d) --jobs 1' '400 / ($text | seconds) | floor'
input scan.safetensors 'scansim trace generate --shape mamba-130m --length 2048 --seed 7 --out scan.safetensors'
row '`run` of that scan on `systemc`, scales chosen before: points per second' '≥ 3' \
  'scansim run scan.safetensors --config base --rung systemc; time scansim run scan.safetensors --config base --rung systemc' \
  '1 / ($text | seconds) * 10 | floor / 10'
for point in edge base; do
  row "first verdict, \`$point\`, empty cache of RTL builds" '< 30 s' \
    "time SCANSIM_CACHE=\$(mktemp -d) scansim compare traces/byte-mamba-early-prefill.safetensors --config $point" \
    '$text | seconds | round | "\(.) s"'
done
