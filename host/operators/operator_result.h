// What the hls rung found about one operator call, beside what it should have found. `want` is ref on the
// same quantised inputs, `limited` the same inside the range of the output's number format (a saturated
// output is right when it is the limit), `bound` the largest error that the arithmetic's specification allows
// each output: half a step of the output plus the errors of the tables on its way. Contract: |value -
// limited| <= bound everywhere, or the rung disagrees. A call of several operators in a row has quantised
// values between them and no useful bound of each output; it has one of the whole tensor instead (`whole`,
// `limited` and `bound` empty). Not a bound on quantisation of the inputs: that error is ref against ref.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/operators/layer_bound.h"
#include "host/operators/output_limit.h"
#include "host/quantise/scan_machine.h"
#include "models/ref/relative_mse.h"

namespace scansim {

// Relative mean squared error of what is added to `origin`: sum (value - want)^2 / sum (want - origin)^2.
struct tensor_bound {
  double most = 0;
  std::vector<double> origin;
  std::vector<double> given_origin;  // of the call as given
};

struct operator_result {
  std::vector<int32_t> y;  // integers, row-major
  std::vector<double> value, want, limited, bound;
  std::optional<tensor_bound> whole;
  std::string bound_text;                    // the formula of `bound`, or what `whole` is
  std::map<std::string, uint64_t> counters;  // outputs, multiplies, saturations, ...
  std::map<std::string, uint64_t> bytes;     // compulsory traffic by tensor: each read or written once
  nlohmann::json storage;                    // of the weights of gemm, else null
  std::string state_sha256;                  // of conv1d's last inputs, else empty
  std::vector<recorded_scan> scans;          // of a layer, direction by direction
  std::vector<unit_share> units;             // of a layer: its other operators, each by its own bound
};

// Of the whole tensor: first is the output of largest error, count all of them.
struct bound_violation {
  size_t first = 0;    // flat index
  uint64_t count = 0;  // outputs beyond their bound
};
// The next output's.
void add_limit(operator_result& result, const output_limit& limit);

std::optional<bound_violation> find_violation_of_bound(const operator_result& result);

double largest_error(const operator_result& result);     // |value - limited|; of the whole: the relative MSE
double largest_of_bound(const operator_result& result);  // the same as a share of the bound

}  // namespace scansim
