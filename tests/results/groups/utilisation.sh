# group: utilisation quick
input l197.safetensors 'scansim trace generate --channels 384 --states 16 --length 197 --seed 7 --out l197.safetensors'
input m2048.safetensors 'scansim trace generate --shape mamba-130m --length 2048 --seed 11 --out m2048.safetensors'
for point in tiny edge base base16; do
  row "lanes busy over the whole call, L 197, D 384, N 16, \`$point\`" '≥ 98.5 %' \
    "scansim compare l197.safetensors --config $point --rungs hls,systemc" '.[0] | utilisation("systemc")'
done
for point in tiny edge base base16; do
  row "the same, mamba-130m, L 2048, \`$point\`" '≥ 99 %' \
    "scansim compare m2048.safetensors --config $point --rungs hls,systemc" '.[0] | utilisation("systemc")'
done
for point in edge base; do
  row "DRAM traffic over compulsory, L 197, \`$point\`" '≤ 1.01' \
    "scansim compare l197.safetensors --config $point --rungs hls,systemc" '.[0] | traffic("systemc")'
done
for point in edge base base16; do
  row "the same, mamba-130m, L 2048, \`$point\`" '≤ 1.01' \
    "scansim compare m2048.safetensors --config $point --rungs hls,systemc" '.[0] | traffic("systemc")'
done
