# group: mutation long
planted='tests/mutation/mutation_sample.py --families planted --out $BUILD_DIR/mutation/planted || [ $? -eq 1 ]'
row 'planted errors of the RTL that a check notices' 'all but the equivalent' "$planted" '$text | capture("score: (?<s>.*)") | .s'
for list in scan unit set; do
  row "the same: \`${list}_errors.txt\`" '' "$planted" "\$text | capture(\"\\n  planted $list: (?<s>.*)\") | .s"
done
row 'the same: verdicts' '' "$planted" '$text | capture("mutants: (?<m>.*)") | .m'
row 'the same: `compare` alone' '≥ 85 %' "$planted" '$text | capture("compare alone: (?<s>.*)") | .s'
