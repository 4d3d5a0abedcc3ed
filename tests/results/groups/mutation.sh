# group: mutation long
row 'planted errors of the RTL that a check notices; survivors must be equivalent' 'all' 'tests/mutation/campaign.sh -j 2' \
  '$text | capture("(?<n>\\d+) planted errors: (?<c>\\d+) caught, (?<s>\\d+) survived \\((?<e>\\d+) of them equivalent") |
    "\(.c) of \(.n), \(.s) survived, \(.e) of them equivalent"'
