#!/usr/bin/env bash
# Installs what is missing and builds: sourced by demo.sh and test.sh. BUILD_DIR (default build) is where.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
BUILD_DIR=${BUILD_DIR:-build}

packages=(g++ make cmake ninja-build ccache git verilator libsystemc-dev libeigen3-dev catch2 libbenchmark-dev
          nlohmann-json3-dev libcli11-dev libboost-context-dev libfmt-dev libyaml-cpp-dev libssl-dev zlib1g-dev libsqlite3-dev)

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

# configure CUDA: what SCANSIM_CUDA is to be, unless the environment or an earlier configure has chosen.
configure() {
  local options=("-DSCANSIM_CUDA=${SCANSIM_CUDA:-$1}")
  if [ -z "${SCANSIM_CUDA:-}" ] && grep -qs '^SCANSIM_CUDA:[A-Z]*=\(ON\|OFF\)$' "$BUILD_DIR/CMakeCache.txt"; then
    [ -f "$BUILD_DIR/build.ninja" ] && return
    options=()
  fi
  cmake -S . -B "$BUILD_DIR" -G Ninja "${options[@]}" >/dev/null
}

# build_targets TARGET...: nothing means everything. One line a minute, and what failed; the whole is in build.log.
build_targets() {
  local log=$BUILD_DIR/build.log builder seconds=0
  echo "build: started; its log is $log"
  cmake --build "$BUILD_DIR" ${1:+--target "$@"} >"$log" 2>&1 &
  builder=$!
  trap 'kill "$builder" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$builder" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    ((seconds % 60)) || echo "build: step $(grep -o '^\[[0-9]*/[0-9]*\]' "$log" | tail -n 1) after $((seconds / 60)) min"
  done
  trap - INT TERM
  if ! wait "$builder"; then
    grep -A 20 -m 1 FAILED "$log" || tail -n 20 "$log"
    echo "build: failed; see $log"
    return 3
  fi
  echo "build: done after $((seconds / 60)) min $((seconds % 60)) s"
}

install_packages "${packages[@]}"
