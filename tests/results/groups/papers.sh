# group: papers quick
# Cells of `sweep export --csv`: [point, status, front, parameters of the file..., cycles, time_s, ..., traffic_bytes, traffic_ratio, four areas]
points='$text | split("\n") | map(select(test("^[0-9a-f]{12},")) | split(","))'
sweep_of() { echo "scansim sweep run models/papers/$1.yaml --out $1 >$1.log; scansim sweep export $1 --csv -"; }

row 'SAT, whole training step of 1024 x 768 x 256: dense over 2:4, dense over 2:8' 'published mean at 2:8: 1.75; at most 1.50 and 1.99 here' \
  "$(sweep_of sat-training)" "$points | map(.[4] | tonumber) | \"\\(.[0] / .[1] | ratio(2)), \\(.[0] / .[2] | ratio(2))\""
row 'KU Leuven, fusion of a layer: cycles unfused over fused at 0.5, 1, 2, 4, 8, 16, 32 bytes a cycle' 'published: up to 4.8' \
  "$(sweep_of fusion-bandwidth)" "$points | map(.[6] | tonumber) | [range(0; length; 2) as \$i | .[\$i + 1] / .[\$i] | ratio(2)] | join(\", \")"
row 'HLX, bytes of a layer unfused over fused, chunks of 16, 32, 64 tokens' 'published, of SSD: 6.8' \
  "$(sweep_of hlx-traffic)" "$points | map(.[-6] | tonumber) | [range(0; length; 2) as \$i | .[\$i + 1] / .[\$i] | ratio(2)] | join(\", \")"
row 'Mamba-X, the serial side: cycles of 32 channels, L 197, at 2, 4, 8, 16, 32, 64 lanes' 'no gain where lanes outnumber channels' \
  "$(sweep_of serial-scan-lanes)" "$points | map(.[6] | tonumber | grouped) | join(\"; \")"
row 'LightMamba, order of projections: cycles with z before the scan over z beside it' 'published: 1.47 (a third less time)' \
  "$(sweep_of projection-order)" "$points | map(.[4] | tonumber) | .[1] / .[0] | ratio(2)"
row 'MARCA, operator by operator on chip: cycles over those of the fused layer, ideal memory' 'published, at equal area: 1.78' \
  "$(sweep_of elementwise-on-chip)" "$points | map(.[5] | tonumber) | .[1] / .[0] | ratio(2)"
