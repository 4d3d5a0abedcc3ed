# group: nm quick
for rows in 128 1024; do
  G="scansim trace generate --operator gemm --rows $rows --inner 768 --columns 256 --seed 1"
  input g$rows.safetensors "$G --out g$rows.safetensors"
  for pattern in 2:4 2:8; do
    file=g$rows-${pattern/:/of}.safetensors
    [[ $pattern == 2:4 ]] && bar='≥ 1.9' || bar='≥ 3.6'
    input "$file" "$G --pattern $pattern --out $file"
    row "$pattern, whole calls of $rows × 768 × 256 at \`block\`: dense over sparse cycles" "$bar" \
      "scansim compare g$rows.safetensors --config block --rungs hls,systemc; scansim compare $file --config block --rungs hls,systemc" \
      '(.[0] | cycles("systemc")) / (.[1] | cycles("systemc")) | ratio'
  done
done
S='scansim trace generate --channels 384 --states 16 --length 197 --seed 7'
input s.safetensors "$S --out s.safetensors"
input s2of4.safetensors "$S --state-pattern 2:4 --out s2of4.safetensors"
input s2of8.safetensors "$S --state-pattern 2:8 --out s2of8.safetensors"
three() { echo "scansim compare $2.safetensors --config $1 --rungs hls,systemc; scansim compare $3.safetensors --config $1 --rungs hls,systemc; scansim compare $4.safetensors --config $1 --rungs hls,systemc"; }
row 'along the states, `tiny`: cycles dense, 2:4, 2:8' '' "$(three tiny s s2of4 s2of8)" 'map(cycles("systemc") | grouped) | join("; ")'
L='scansim trace generate --operator mamba_block --model-width 128 --channels 256 --states 32 --length 512 --seed 3'
input n32.safetensors "$L --out n32.safetensors"
input n32-one.safetensors "$L --state-pattern 2:4 --out n32-one.safetensors"
input n32-tiles.safetensors "$L --state-pattern 2:4 --state-groups 8 --out n32-tiles.safetensors"
row 'along the states of a layer, N 32, `block`: cycles dense, 2:4 of the layer, 2:4 of each tile' '' "$(three block n32 n32-one n32-tiles)" \
  'map(cycles("systemc") | grouped) | join("; ")'
row 'the same: cycles in which the scan works' '' "$(three block n32 n32-one n32-tiles)" \
  'map(counter("systemc"; "scan_serial"; "busy") | grouped) | join("; ")'
row 'the same: DRAM traffic over compulsory' '' "$(three block n32 n32-one n32-tiles)" 'map(traffic("systemc")) | join("; ")'
