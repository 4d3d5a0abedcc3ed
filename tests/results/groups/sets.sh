# group: sets long
for name in vim-ti.both vmamba-t.s3 plainmamba-l1.cross fscil.cross gmn.local; do
  input "$name.safetensors" "scansim trace generate --shape $name --seed 7 --out $name.safetensors"
done
deep='--set max_states=256 --set state_capacity=65536'
for row in "vim-ti.both|||1.65" "vmamba-t.s3||≤ 19,200|2.27" "plainmamba-l1.cross||≤ 19,100|4.00" "fscil.cross|$deep|≤ 203,700|"; do
  IFS='|' read -r name options bar calls <<<"$row"
  command="scansim compare $name.safetensors --config vision --rungs ref,hls,systemc,rtl"
  single="scansim compare $name.safetensors --config base ${options:+$options }--rungs ref,hls,systemc,rtl"
  row "\`$name\`, scans with sets on \`vision\`: differences on \`hls\`, \`systemc\`, \`rtl\`; cycles" "${bar:+0; $bar}" "$command" \
    '.[0] | "\(differences); \(cycles("rtl") | grouped)"'
  row 'the same: lanes busy; DRAM traffic over what must move' '; ≤ 1.01' "$command" '.[0] | "\(utilisation("systemc")); \(traffic("systemc"))"'
  narrow="scansim compare $name.safetensors --config vision --set axi_data_bits=512 --rungs hls,systemc"
  row 'the same with a port of 512 bits: cycles; traffic' "${bar}; ≤ 1.01" "$narrow" '.[0] | "\(cycles("systemc") | grouped); \(traffic("systemc"))"'
  row "the same: \`hls\` against \`ref\`, relative MSE of y" '≤ 5e-5' "$command" '.[0] | hls_error'
  row "single scans on \`base\`: differences; cycles; traffic${calls:+ (separate calls: $calls of the rows and steps alone)}" '' "$single" \
    '.[0] | "\(differences); \(cycles("rtl") | grouped); \(traffic("systemc"))"'
done
command='scansim compare gmn.local.safetensors --config base --rungs ref,hls,systemc,rtl'
row '`gmn.local`, single scans of 10 to 20 tokens on `base`: differences; cycles; lanes busy' '; ; ≥ 97 %' "$command" \
  '.[0] | "\(differences); \(cycles("rtl") | grouped); \(utilisation("systemc"))"'
row 'random sets, every kind of map, tags, slices, ten machines, three of them with sets, six memories: jobs that agree' 'all of ≥ 2,000' \
  'scansim regress run tests/plans/nightly.yaml --test sets --reseed-multiplier 2.5 --out "$folder/sets"' \
  '$text | capture("(?<n>\\d+) of (?<all>\\d+) jobs passed") | "\(.n) of \(.all)"'
