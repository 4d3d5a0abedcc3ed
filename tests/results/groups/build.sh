# group: build long
minutes() { row "$1" "$2" "tests/results/cold_build.sh $3" '$text | capture(": (?<m>[\\d.]+ CPU minutes.*)").m'; }
minutes '`./demo.sh`, clone to verdict, empty caches, packages installed' '≤ 7 CPU minutes' ./demo.sh
minutes '`./test.sh`, build and every test' '≤ 25 CPU minutes' ./test.sh
