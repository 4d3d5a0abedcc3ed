// Generates the tensors of one selective scan of a published model's shape, with statistics like those of
// real layers (trace_statistics.h) instead of uniform noise: quantisation and piecewise functions meet
// realistic ranges and tails. Contract: the same request gives the same bits on every machine; each tensor
// has its own random stream, so that switching one option off does not change the others. expect.* stays
// empty: traces know no models. Choose captured traces where the numbers of a specific layer matter.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "traces/scan_tensors.h"
#include "traces/trace_statistics.h"

namespace scansim {

struct generate_request {
  std::string shape;     // a name of scan_shapes.h; empty: channels, states and length must be given
  int64_t channels = 0;  // D; 0 here and below: as the named shape says
  int64_t states = 0;    // N
  int64_t groups = 0;    // G; without a named shape 0 means 1
  int64_t length = 0;    // L
  int64_t batch = 1;
  uint64_t seed = 1;
  bool decode = false;
  bool reverse = false;
  bool delta_softplus = true;  // false: delta is positive, softplus already applied
  bool with_d = true;
  bool with_z = true;
  bool with_delta_bias = true;  // false: the bias is inside delta
  bool with_h0 = false;
  trace_statistics statistics;
};

// Sizes after the named shape is filled in. Throws input_error (file "generate") for an unknown name, a size
// below 1, N > 256, G that does not divide D, or tensors above 64 GiB together.
scan_shape resolve_shape(const generate_request& request);

scan_tensors generate_scan(const generate_request& request);

// Which generator, shape, source and seed: the provenance object to store in the trace.
nlohmann::json generation_provenance(const generate_request& request);

}  // namespace scansim
