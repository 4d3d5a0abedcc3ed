# group: mutation_sample long
control='tests/mutation/mutation_sample.py --count 60 --seed 202650 --score 100 --families rtl --files "ssm_(stream_fifo|stream_credit|credit_fifo|dma_burst|scratch_queue)" --budget 300 --out $BUILD_DIR/mutation/control-202650 || [ $? -eq 1 ]'
sample='tests/mutation/mutation_sample.py --count 200 --seed 202650 --score 95 --lowest 90 --budget 240 --out $BUILD_DIR/mutation/weekly-202650 || [ $? -eq 1 ]'
score='($text | capture("score: (?<s>.*)") | .s)'
counts='($text | capture("mutants: (?<m>.*)") | .m)'
row '60 drawn from queues, credits, DMA and fences' '100 %' "$control" "$score"
row 'the same: verdicts' '' "$control" "$counts"
row '200 drawn from RTL, `hls`, `sim`, the judge and pairs' '≥ 95 %, lower end of the interval ≥ 90 %' "$sample" "$score"
for family in rtl hls sim judge pair; do
  row "the same: \`$family\`" '' "$sample" "\$text | capture(\"\\n  $family: (?<s>.*)\") | .s"
done
row 'the same: verdicts' '' "$sample" "$counts"
