// scan_formula: the cycles of a scan in closed form, one cost for each thing that can limit it, to say why it
// takes as long as it does. A tile of k lane groups and t tokens costs the largest of
//   compute   t k P
//   read      beats read, one in rho cycles          rho: 1 (ideal), max(1, W / bandwidth) (latency)
//   write     beats written and their responses
//   pipe      bytes both ways / bandwidth (latency alone)
//   latency   the loop of a buffer's place through memory and the blocks, over tile_buffers; bursts x
//             (latency + beats) over bursts in flight; 2 t where k P = 1, since a step waits for the one
//             before
// cycles: the first issue of scan_serial, all tiles, the way of the last row out; or the read channel or the
// pipe from end to end, if that is longer. Source: sim/README.md, sections 3 and 4, written as sums.
// Contract: descriptors of one start, all scans from memory, under `ideal` or `latency`. It is an estimate:
// where two tiles are in flight, chunks are few or tiles small, fill and drain overlap in ways that only the
// rungs with cycles know; tests/host/program/scan_formula_test.cpp holds it to bars. Choose `analytic` for
// cycles.
#pragma once
#include <optional>
#include <span>

#include "hls/scan/scan_descriptor.h"
#include "models/configs/design_point.h"
#include "sim/mem/memory_latency.h"

namespace scansim {

struct program;

struct scan_costs {
  double compute = 0, read = 0, write = 0, pipe = 0, latency = 0;  // cycles

  double largest() const;
  const char* binding() const;  // its name: "compute", "read", "write", "pipe" or "latency"
  scan_costs operator*(double times) const;
  scan_costs& operator+=(const scan_costs& other);
};

struct scan_formula {
  double cycles = 0;
  scan_costs costs;  // sums over all tiles
};

// `pipe`: of the memory model `latency`; nullptr: `ideal`.
scan_formula scan_formula_of(std::span<const hls::scan_descriptor> scans, const design_point& point,
                             const latency_parameters* pipe);

// Of a program that is one start of such scans on the point's memory model; nullopt: it is another.
std::optional<scan_formula> scan_formula_of(const program& p, const design_point& point);

}  // namespace scansim
