// A random scan on hand-made descriptors, for tests of the machine below the driver: operands in logical
// order, the packed memory image of sim/README.md section 2, and the expected results by one hls leaf call
// per element. Contract: operands of padded channels and states are zero; several scans may share one image
// (append_scan).
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "hls/scan/delta_softplus.h"
#include "hls/scan/scan_descriptor.h"
#include "models/configs/design_point.h"

namespace scansim {

struct scan_sizes {
  int channels = 1, states = 1, tokens = 1;
  int chunk_tokens = 1;
  bool long_rest = false;  // join the last two chunks where that fits the machine
};

// Channels and states are padded to whole lane groups and passes; [a][b] is index a * size of b + b.
struct packed_scan {
  hls::scan_descriptor descriptor;
  int tokens = 0, channels = 0, states = 0;  // padded
  std::vector<int32_t> u, delta, z;          // [token][channel]
  std::vector<int32_t> b, c;                 // [token][state]
  std::vector<int32_t> a, h0;                // [channel][state]
  std::vector<int32_t> bias, d;              // [channel]
  uint64_t region_y = 0, region_ht = 0;      // first chunk in memory
};

struct scan_outputs {
  std::vector<int32_t> y, ht;  // [token][channel], [channel][state]
  hls::saturation_counts saturations;
};

// Random operands and shifts. `flags`: only softplus .. load_params are read; without load_params `before`
// gives A, D, bias.
packed_scan make_packed_scan(const design_point& point, const scan_sizes& sizes,
                             const hls::scan_descriptor& flags, std::mt19937_64& random,
                             const packed_scan* before = nullptr);
// Packs the operands behind the end of `image` and completes scan.descriptor.
void append_scan(packed_scan& scan, const design_point& point, std::vector<uint8_t>& image);
// Appends the descriptors of the scans; returns the address of the first.
uint64_t append_descriptors(const std::vector<packed_scan>& scans, std::vector<uint8_t>& image);

// Of the states that live.
uint64_t state_updates(const packed_scan& scan, const design_point& point);
scan_outputs expected_outputs(const packed_scan& scan, const design_point& point);
scan_outputs read_outputs(const packed_scan& scan, const design_point& point,
                          const std::vector<uint8_t>& image);

}  // namespace scansim
