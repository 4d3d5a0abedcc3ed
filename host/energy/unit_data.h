// The integers of a trace on a design point, as the units of its machine get them. Contract: the same that
// every rung computes on, so their streams are those of systemc and rtl. A mamba_block trace has a whole
// layer, a selective_scan trace the scan alone. `random`: every operand drawn anew, evenly over its format;
// `zeros`: every operand that streams is 0; `sparse`: half of them, drawn; `small`: drawn anew in half the
// bits; `walk`: by steps of a sixteenth of the range from one to the next; `bursts`: 5 zeros, 5 of the trace,
// and so on; `mixed`: tensor by tensor the trace's, random, zeros or one value held, weights too, drawn by
// the seed. Scales and shifts stay those of the trace. Errors: input_error naming the trace for other
// operators and for what no machine can hold.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "host/operators/mamba_block_operator.h"
#include "host/quantise/quantised_scan.h"
#include "models/configs/design_point.h"

namespace scansim {

enum class data_kind { trace, random, zeros, sparse, small, walk, bursts, mixed };

const char* kind_name(data_kind kind);
// In the order of the enumeration.
std::span<const char* const> kind_names();

struct layer_data {
  quantised_mamba_block block;
  mamba_block_result result;
  int64_t sequences = 1;
};

struct unit_data {
  std::string trace_path, trace_sha256;
  data_kind kind = data_kind::trace;
  uint64_t seed = 1;
  quantised_scan scan;                // of a layer that of its first direction
  std::shared_ptr<layer_data> layer;  // nullptr: the trace has none
};

unit_data load_unit_data(const std::string& trace_path, const design_point& point, data_kind kind,
                         uint64_t seed);

}  // namespace scansim
