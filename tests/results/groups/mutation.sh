# group: mutation long
row 'planted errors of the RTL that a check notices; the rest is equivalent' 'all' 'tests/mutation/campaign.sh -j 2' \
  '$text | capture("(?<n>\\d+) planted errors: (?<c>\\d+) caught, (?<e>\\d+) equivalent") | "\(.c) of \(.n), \(.e) equivalent"'
