// What went into each operator of a layer and came out of it, in the machine's integers: (features, tokens),
// of a direction in its own order of tokens. Contract: filled by run_layer, a direction behind the other; the
// scans between are recorded by their machine (scan_machine.h). It decides nothing.
#pragma once
#include <vector>

#include "host/quantise/quantised_layer.h"

namespace scansim {

struct branch_record {
  int8_matrix conv_input, history;  // of the convolution; before the first token of each sequence
  int8_matrix u, dt, b, c, delta;
  int16_matrix y;  // of the scan
};

// From the scans to the residual stream: of each direction, or of merged ones together, in the first's order.
struct output_record {
  int16_matrix y;
  int8_matrix out;           // to out_proj
  int16_matrix r_in, r_out;  // the residual stream
};

struct layer_record {
  int16_matrix r;
  int8_matrix norm, conv_input, z;
  std::vector<branch_record> branches;
  std::vector<output_record> outputs;
};

}  // namespace scansim
