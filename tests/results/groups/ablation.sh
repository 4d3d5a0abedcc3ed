# group: ablation long
row 'byte-mamba, W8A8, 16,384 bytes: every quantiser alone; all but it (against float)' '' \
  'scansim accuracy --model byte-mamba --format W8A8 --bytes 16384 --ablation' \
  '.[0] | .baseline as $float | .ablation | map("\(.quantiser) \(.alone - $float | signed(5)); \(.all_but_it - $float | signed(5))") | join("<br>")'
