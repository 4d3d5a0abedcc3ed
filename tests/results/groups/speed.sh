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
for point in edge base; do
  row "first verdict, \`$point\`, empty cache of RTL builds" '< 30 s' \
    "time SCANSIM_CACHE=\$(mktemp -d) scansim compare traces/byte-mamba-early-prefill.safetensors --config $point" \
    '$text | capture("real\\t(?<m>\\d+)m(?<s>[\\d.]+)s") | (.m | tonumber) * 60 + (.s | tonumber) | round | "\(.) s"'
done
