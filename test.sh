#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test. Options go to ctest: ./test.sh -R scan
set -euo pipefail
cd "$(dirname "$0")"
source .ci/setup.sh
configure ON
build_targets
cat "$BUILD_DIR/cuda_status.txt"
ctest --test-dir "$BUILD_DIR" --output-on-failure -j"$(nproc)" "$@"
