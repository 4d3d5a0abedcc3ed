# group: sets long
for name in vim-ti.both vmamba-t.s3 plainmamba-l1.cross fscil.cross gmn.local; do
  input "$name.safetensors" "scansim trace generate --shape $name --seed 7 --out $name.safetensors"
done
deep='--set max_states=256 --set state_capacity=65536'
for row in "vim-ti.both|||1.65" "vmamba-t.s3||≤ 19,200|2.27" "plainmamba-l1.cross||≤ 19,100|4.00" "fscil.cross|$deep|≤ 203,700|" "gmn.local|||"; do
  IFS='|' read -r name options bar calls <<<"$row"
  command="scansim compare $name.safetensors --config base ${options:+$options }--rungs ref,hls,systemc,rtl"
  row "\`$name\`, \`base\`: differences on \`hls\`, \`systemc\`, \`rtl\`; cycles" "${bar:+0; $bar}" "$command" \
    '.[0] | "\(differences); \(cycles("rtl") | grouped)"'
  row "the same: lanes busy; DRAM traffic over what must move${calls:+ (separate calls: $calls of the rows and steps alone)}" '' "$command" \
    '.[0] | "\(utilisation("systemc")); \(traffic("systemc"))"'
  row "the same: \`hls\` against \`ref\`, relative MSE of y" '≤ 5e-5' "$command" '.[0] | hls_error'
done
row 'random sets, every kind of map, tags, slices, seven machines, six memories: jobs that agree' 'all of ≥ 2,000' \
  'scansim regress run tests/plans/nightly.yaml --test sets --reseed-multiplier 2.5 --out "$folder/sets"' \
  '$text | capture("(?<n>\\d+) of (?<all>\\d+) jobs passed") | "\(.n) of \(.all)"'
