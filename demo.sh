#!/usr/bin/env bash
# Installs what is missing, builds scansim and takes one bundled real trace up the whole ladder: ref, gpu, hls, systemc, rtl.
#   ./demo.sh [TRACE] [DESIGN_POINT] [MEMORY_MODEL]
set -euo pipefail
cd "$(dirname "$0")"
source .ci/setup.sh
trace=${1:-traces/byte-mamba-early-prefill.safetensors}
point=${2:-edge}
memory=${3:-ideal}
configure AUTO
build_targets scansim
out=$(mktemp -d out-demo-XXXXXX)
"$BUILD_DIR"/bin/scansim compare "$trace" --config "$point" --memory "$memory" --json "$out/result.json" --csv "$out"
