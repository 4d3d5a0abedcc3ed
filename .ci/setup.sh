#!/usr/bin/env bash
# Installs what is missing and builds: sourced by demo.sh and test.sh. BUILD_DIR (default build) is where.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
BUILD_DIR=${BUILD_DIR:-build}

packages=(g++ make cmake ninja-build ccache git verilator libsystemc-dev libeigen3-dev catch2 libbenchmark-dev
          nlohmann-json3-dev libcli11-dev libfmt-dev libyaml-cpp-dev libssl-dev zlib1g-dev)

missing_packages() {
  local name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
  done
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] && return
  echo "setup: installing ${missing[*]}"
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build_targets TARGET...: configure once, then build; nothing means everything.
build_targets() {
  [ -f "$BUILD_DIR/build.ninja" ] || cmake -S . -B "$BUILD_DIR" -G Ninja >/dev/null
  cmake --build "$BUILD_DIR" ${1:+--target "$@"}
}

install_packages "${packages[@]}"
