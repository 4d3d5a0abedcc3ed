# group: layers long
B='scansim trace capture --operator mamba_block --model models/nn/byte-mamba.safetensors --text models/nn/heldout.txt'
for layer in 0 1 2; do input byte$layer.safetensors "$B --layer $layer --length 256 --out byte$layer.safetensors"; done
input vim0.safetensors 'scansim trace capture --operator mamba_block --model models/nn/digits-vim.safetensors --images models/nn/digits.safetensors --image 7 --layer 0 --out vim0.safetensors'
for trace in byte0 byte1 byte2 vim0; do
  row "\`$trace\`: \`rtl\` against \`systemc\` against \`hls\`; cycles" '0 bits, cycles, counters' \
    "scansim compare $trace.safetensors --config block --rungs ref,hls,systemc,rtl" '.[0] | "\(differences); \(cycles("rtl") | grouped)"'
  row "\`$trace\`: relative MSE of y − x, \`hls\` against \`ref\`" '≤ 2e-2' \
    "scansim compare $trace.safetensors --config block --rungs ref,hls,systemc,rtl" '.[0] | hls_error'
done
errors() {  # WHAT BAR VALUES CAPTURE [OPTIONS]: from the least to the largest error over lengths and layers
  row "$1" "$2" "for n in $3; do for l in 0 1 2; do $4 --layer \$l $5; scansim compare x.safetensors --config block --rungs ref,hls; done; done" \
    'map(.errors.hls_vs_ref.relative_mse) | "\(min | small) to \(max | small)"'
}
for basis in '' ' --no-hadamard'; do
  bar='≤ 2e-2' said=''
  [[ -z $basis ]] || bar='≤ 5e-2' said=', not rotated'
  errors "byte-mamba, 16 to 512 bytes, each layer: relative MSE of y − x$said" "$bar" '16 64 512' "$B" "--length \$n$basis --out x.safetensors"
  errors "byte-mamba, 1024 and 2048 bytes, each layer$said" "$bar" '1024 2048' "$B" "--length \$n$basis --out x.safetensors"
  errors "byte-mamba, 1 to 96 decode steps after 300 bytes, each layer$said" "$bar" '1 16 96' "$B" "--length 300 --decode-steps \$n$basis --out x.safetensors"
  errors "digits-vim, 3 test images, each layer$said" "$bar" '0 7 100' \
    'scansim trace capture --operator mamba_block --model models/nn/digits-vim.safetensors --images models/nn/digits.safetensors' \
    "--image \$n$basis --out x.safetensors"
done
