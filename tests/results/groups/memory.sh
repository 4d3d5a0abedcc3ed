# group: memory quick
input m2048.safetensors 'scansim trace generate --shape mamba-130m --length 2048 --seed 11 --out m2048.safetensors'
for memory in dram-hbm2 dram-lpddr5; do
  row "lanes busy, mamba-130m, L 2048, \`base\`, \`$memory\`, chunk_tokens 32, 64, 128, 256" '' \
    "for t in 32 64 128 256; do scansim compare m2048.safetensors --config base --memory $memory --set chunk_tokens=\$t --rungs hls,systemc; done" \
    'map(utilisation("systemc")) | join("; ")'
done
