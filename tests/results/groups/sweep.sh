# group: sweep quick
# User time of the whole command, the start of the program included.
timed() { echo "TIMEFORMAT='user %U'; time $1"; }
user='$text | capture("user (?<s>[\\d.]+)").s | tonumber'

row 'legality: microseconds an assignment' '≤ 5' "$(timed 'scansim sweep plan tests/results/large_space.yaml')" \
  "(\$text | capture(\"(?<n>[\\\\d]+) assignments\").n | tonumber) as \$n | ($user) * 1e6 / \$n | ratio(2)"
row 'mamba-130m, L 2048, around `base`, `ideal`: points a second of one core' '≥ 500' \
  "$(timed 'scansim sweep run tests/results/many_points.yaml --out many --jobs 1')" \
  "(\$text | capture(\"(?<n>[\\\\d]+) rows run now\").n | tonumber) as \$n | \$n / ($user) | round | tostring"
row 'area model, each synthesised point left out: LUT, median and largest' '≤ 5 %, ≤ 12 %' \
  'scansim sweep run tests/results/many_points.yaml --out many --jobs 2' \
  '$text | capture("modelled from (?<n>\\d+) .*LUT off by (?<m>[\\d.]+) % median, (?<l>[\\d.]+) %") | "\(.m) %, \(.l) % of \(.n) points"'
