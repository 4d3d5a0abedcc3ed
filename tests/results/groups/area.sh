# group: area long
for point in tiny edge block-tiny; do
  row "logic per state lane, \`$point\`" '≤ 5 DSP, ≤ 500 LUT' "scansim area --config $point" \
    '.[0].compute_per_state_lane | "\(.dsp | ratio) DSP, \(.lut | round) LUT"'
done
