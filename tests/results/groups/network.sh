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
row "vim-ti, \`block\` with \`gemm_weight_rows=2048\`, \`dram-hbm2\`, a picture: a layer is one program; operator by operator" '' \
  'for o in "" --by-operator; do scansim network vim-ti --config block --set gemm_weight_rows=2048 --memory dram-hbm2 $o; done' \
  'map(network_total) | join("; ")'
