# group: tests long
passed() { row "$1" 'all' "$2" '$text | capture("tests passed, (?<f>\\d+) tests failed out of (?<n>\\d+)") | "\((.n | tonumber) - (.f | tonumber)) of \(.n)"'; }
for label in leaf block machine trace system; do
  passed "tests of label \`$label\`" "ctest --test-dir \$BUILD_DIR -L '^$label\$' -j2"
done
