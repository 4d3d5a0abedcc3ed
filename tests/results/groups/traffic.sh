# group: traffic quick
G='scansim trace generate --operator mamba_block --model-width 128 --channels 256 --states 16 --seed 3'
for length in 192 256 512 1024; do
  input layer$length.safetensors "$G --length $length --out layer$length.safetensors"
  row "DRAM traffic over compulsory, d_model 128, L $length" '≤ 1.05' \
    "scansim compare layer$length.safetensors --config block --rungs hls,systemc" '.[0] | traffic("systemc")'
done
for length in 512 1024; do
  row "the same, every result through DRAM, L $length" '' \
    "scansim compare layer$length.safetensors --config block --rungs hls,systemc --unfused" '.[0] | traffic("systemc")'
done
row 'multipliers busy over the whole call, dense, L 512' '' \
  'scansim compare layer512.safetensors --config block --rungs hls,systemc' '.[0].rungs.systemc | busy("gemm_nm")'
input w4.safetensors "$G --length 512 --weight-format w4g128 --out w4.safetensors"
both() { echo "scansim compare $1.safetensors --config block --rungs hls,systemc; scansim compare $2.safetensors --config block --rungs hls,systemc"; }
row '8-bit and 4-bit weights, L 512: bytes of weights' '' "$(both layer512 w4)" 'map(bytes_read("weights") | grouped) | join("; ")'
row 'the same: bytes moved in all' '' "$(both layer512 w4)" 'map(dram_bytes | grouped) | join("; ")'
row 'the same: cycles' '' "$(both layer512 w4)" 'map(cycles("systemc") | grouped) | join("; ")'
G='scansim trace generate --operator gemm --rows 64 --inner 768 --columns 256 --seed 1'
input gemm8.safetensors "$G --out gemm8.safetensors"
input gemm4.safetensors "$G --weight-format w4g128 --out gemm4.safetensors"
row '8-bit and 4-bit weights, a gemm 64 × 768 × 256: bytes of weights' '' "$(both gemm8 gemm4)" 'map(bytes_read("weights") | grouped) | join("; ")'
row 'the same: cycles' '' "$(both gemm8 gemm4)" 'map(cycles("systemc") | grouped) | join("; ")'
