# group: mutation long
row 'planted errors noticed; survivors are equivalent' 'all' 'tests/mutation/campaign.sh' \
  '$text | [match("(\\d+) caught, (\\d+) survived").captures[].string] | "\(.[0]) of \((.[0] | tonumber) + (.[1] | tonumber))"'
