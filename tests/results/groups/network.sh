# group: network quick
input m2048.safetensors 'scansim trace generate --shape mamba-130m --length 2048 --seed 11 --out m2048.safetensors'
row "24 layers of one scan, cycles: network less 24 × \`systemc\`; \`base\`, \`dram-hbm2\`" 0 \
  'scansim network mamba-130m --config base --memory dram-hbm2 --phase prefill; scansim compare m2048.safetensors --config base --memory dram-hbm2 --rungs hls,systemc' \
  '.[0].phases.prefill.total.cycles - 24 * (.[1] | cycles("systemc")) | tostring'
for network in mamba-130m mamba-2.8b; do
  row "$network, \`block\` with \`channel_words=128\`, \`dram-hbm2\`: 2,048 tokens; one step, batch 1; batch 8" '' \
    "for o in '--phase prefill' '--phase decode' '--phase decode --batch 8'; do scansim network $network --config block --set channel_words=128 --memory dram-hbm2 \$o; done" \
    'map(network_total) | join("; ")'
done
for config in edge-lm server-lm; do
  for network in mamba-130m mamba-2.8b; do
    row "$network, \`$config\`: 2,048 tokens; one step, batch 1; batch 8; batch 64" '' \
      "for o in '--phase prefill' '--phase decode' '--phase decode --batch 8' '--phase decode --batch 64'; do scansim network $network --config $config \$o; done" \
      'map(network_total) | join("; ")'
  done
done
row "vim-ti, \`block\` with \`gemm_weight_rows=2048\`, \`dram-hbm2\`, a picture: a layer is one program; operator by operator" '' \
  'for o in "" --by-operator; do scansim network vim-ti --config block --set gemm_weight_rows=2048 --memory dram-hbm2 $o; done' \
  'map(network_total) | join("; ")'
row 'vim-ti, `vision-block`, a picture: both directions of a layer in one scan; apart (`max_sets=0`)' '' \
  'for m in 4 0; do scansim network vim-ti --config vision-block --set max_sets=$m --phase prefill; done' 'map(network_total) | join("; ")'
vision=layer.vim-ti.safetensors
input $vision "scansim trace generate --operator mamba_block --shape vim-ti --bidirectional --seed 3 --out $vision"
row 'a layer of vim-ti, 197 tokens, both directions, `vision-block`: `rtl` against `systemc` against `hls`; cycles; multipliers busy' '0 bits, cycles, counters' \
  "scansim compare $vision --config vision-block --rungs ref,hls,systemc,rtl" '.[0] | "\(differences); \(cycles("rtl") | grouped); \(.rungs.rtl | busy("gemm_nm"))"'
layer=layer130.safetensors
input $layer "scansim trace generate --operator mamba_block --shape mamba-130m --length 32 --seed 5 --out $layer"
compare="scansim compare $layer --config block --rungs ref,hls,systemc,rtl"
row "a layer of mamba-130m, 32 tokens in two chunks, \`block\`: \`rtl\` against \`systemc\` against \`hls\`; cycles; multipliers busy" '0 bits, cycles, counters' \
  "$compare" '.[0] | "\(differences); \(cycles("rtl") | grouped); \(.rungs.rtl | busy("gemm_nm"))"'
row 'the same: bytes of weights over two times what is stored' '≤ 1.02' "$compare" \
  '.[0].rungs.rtl.traffic.tensors.weights | .bytes_read / (2 * .compulsory_bytes) | fixed(4)'
for config in edge-lm server-lm; do
  for form in '--length 20' '--decode --batch 8'; do
    input "layer.$config.${form//[ -]/}.safetensors" "scansim trace generate --operator mamba_block --shape mamba-130m $form --seed 3 --out layer.$config.${form//[ -]/}.safetensors"
    row "a layer of mamba-130m, \`$form\`, \`$config\`: \`rtl\` against \`systemc\` against \`hls\`; cycles" '0 bits, cycles, counters' \
      "scansim compare layer.$config.${form//[ -]/}.safetensors --config $config --rungs ref,hls,systemc,rtl" '.[0] | "\(differences); \(cycles("rtl") | grouped)"'
  done
done
cross=plainmamba-l1.cross
input $cross.safetensors "scansim trace generate --shape $cross --seed 7 --out $cross.safetensors"
for config in vision base; do
  row "plainmamba-l1, \`$config\`, \`dram-hbm2\`: its scans, cycles and bytes read of a layer less those of \`compare --rungs hls,fast\`; cycles; as plain scans since" '0 0' \
    "scansim network plainmamba-l1 --config $config --memory dram-hbm2; scansim compare $cross.safetensors --config $config --memory dram-hbm2 --rungs hls,fast" \
    '(.[0].phases.prefill.layers[] | select(.part == "scan")) as $scan | .[1] as $call
      | "\($scan.cycles - ($call | cycles("fast"))) \($scan.traffic.bytes_read - ($call | counter("fast"; "dma"; "dram_read_bytes"))); \($scan.cycles | grouped); \($scan.sets.why_plain // "one descriptor")"'
done
for network in vmamba-t-s1l8 plainmamba-l1 vim-ti; do
  row "$network, scans alone, \`dram-hbm2\`, a picture: \`vision\`; \`base\`" '' \
    "for c in vision base; do scansim network $network --config \$c --memory dram-hbm2; done" 'map(network_total) | join("; ")'
done
