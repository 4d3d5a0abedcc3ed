// The scan that the benchmark programs share: mamba-130m's shape, 128 tokens, on design point base.
#pragma once
#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "models/configs/data_directory.h"
#include "traces/generate.h"

namespace scansim::bench {

inline scan_tensors bench_tensors() {
  generate_request request;
  request.shape = "mamba-130m";
  request.length = 128;
  return generate_scan(request);
}

inline design_point bench_point(const std::string& name = "base") {
  return load_design_point(name, config_directory());
}

inline quantised_scan bench_scan(const design_point& point) {
  const scan_tensors tensors = bench_tensors();
  return quantise(tensors, calibrate(tensors, widths_of(point)));
}

inline double state_updates(const scan_shape& shape) {
  return static_cast<double>(shape.batch * shape.length * shape.channels * shape.states);
}

}  // namespace scansim::bench
