# group: accuracy quick
bits() { row "byte-mamba, $1" "$2" "scansim accuracy --model byte-mamba $3" '.[0] | "\(.value | fixed(4)) bits per byte (\(.value - .baseline | signed(4)))"'; }
right() { row "digits-vim, $1" "$2" "scansim accuracy --model digits-vim $3" \
  '.[0] | "\(.value * .scored_images | round) of \(.scored_images), \(.value | percent) (\((.value - .baseline) * 100 | signed(2)) points)"'; }
bits 'float' '' '--format float'
bits 'W8A8' '+0.01' '--format W8A8'
bits 'W8A8, no Hadamard' '' '--format W8A8 --no-hadamard'
bits 'W4A8, group 128' '' '--format W4A8'
bits 'W8A8 + 2:4' '' '--format W8A8 --pattern 2:4'
bits 'W8A8 + 2:4, by magnitude' '' '--format W8A8 --pattern 2:4 --method magnitude'
bits 'W8A8 + 2:4, no Hadamard' '' '--format W8A8 --pattern 2:4 --no-hadamard'
bits 'float + 2:4, plain basis' '' '--format float --pattern 2:4 --no-hadamard'
bits 'W8A8 + 2:8' '' '--format W8A8 --pattern 2:8'
bits 'W8A8 + states 2:4, per 16 channels' '' '--format W8A8 --state-pattern 2:4'
bits 'W8A8 + states 2:4, per layer' '' '--format W8A8 --state-pattern 2:4 --state-group layer'
bits 'W8A8 + states 4:8, per 16 channels' '' '--format W8A8 --state-pattern 4:8'
right 'float' '' '--format float'
right 'W8A8' '−0.5 points' '--format W8A8'
right 'W8A8, no Hadamard' '' '--format W8A8 --no-hadamard'
right 'W4A8, group 128' '' '--format W4A8'
right 'W4A8, no Hadamard' '' '--format W4A8 --no-hadamard'
right 'W8A8 + 2:4' '' '--format W8A8 --pattern 2:4'
right 'W8A8 + 2:4, no Hadamard' '' '--format W8A8 --pattern 2:4 --no-hadamard'
right 'W8A8 + 2:4, by magnitude, no Hadamard' '' '--format W8A8 --pattern 2:4 --method magnitude --no-hadamard'
right 'float + 2:4, plain basis' '' '--format float --pattern 2:4 --no-hadamard'
right 'W8A8 + 2:8' '' '--format W8A8 --pattern 2:8'
right 'W8A8 + 2:8, no Hadamard' '' '--format W8A8 --pattern 2:8 --no-hadamard'
right 'W8A8 + 2:8, by magnitude, no Hadamard' '' '--format W8A8 --pattern 2:8 --method magnitude --no-hadamard'
right 'W8A8 + states 2:4, per 16 channels' '' '--format W8A8 --state-pattern 2:4'
right 'W8A8 + states 2:4, per layer' '' '--format W8A8 --state-pattern 2:4 --state-group layer'
row 'byte-mamba, W8A8, 16,384 bytes: every quantiser alone; all but it (against float)' '' \
  'scansim accuracy --model byte-mamba --format W8A8 --bytes 16384 --ablation' \
  '.[0] | .baseline as $float | .ablation | map("\(.quantiser) \(.alone - $float | signed(5)); \(.all_but_it - $float | signed(5))") | join("<br>")'
