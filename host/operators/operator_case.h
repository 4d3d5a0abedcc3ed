// One call of a trace on one design point: all that the harness (host/run) has to know about an operator.
// Quantised once, compiled once, when first asked for. Contract: the integers of golden() and of a machine
// that runs compiled() are equal, bit for bit; outputs are named and ordered as in the trace. Errors:
// input_error naming the trace and the field, from whichever member first needs what the point or the machine
// cannot hold. It runs no machine and prints nothing.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/operators/compile_options.h"
#include "host/program/named_integers.h"
#include "models/configs/design_point.h"
#include "models/ref/bound_share.h"
#include "models/ref/error_line.h"

namespace scansim {

struct program;
struct scan_trace;
struct trace;

struct call_facts {
  std::string path, sha256;   // of the trace
  std::string operator_name;  // as its metadata names it
  uint64_t tokens = 0;
  uint64_t state_updates = 0;  // batch x L x D x N of what is scanned; 0: nothing is
  bool needs_units = true;     // machines run it on the units around the scan
  bool fusable = false;        // compile_options make a difference
  bool has_kernel = false;     // the gpu rung is a usual one
  uint64_t macs = 0;           // that projections or a convolution need; 0: the call is neither
  bool on_machines = true;     // false: quantise() refuses
};

struct named_reals {
  std::string name;  // "y", "h_last"
  std::vector<double> values;
};

// How ref's outputs compare with the recorded ones.
struct expect_verdict {
  bool present = false;  // false: nothing was recorded
  bool agree = true;
  std::string finding;                           // one line
  std::optional<double> scan = {}, h_last = {};  // relative MSE of what the scan adds to y, and of h_last
  std::vector<std::string> blind_to = {};        // faults of the scan with which ref would have agreed too
  std::string tried = {};  // part of the call that those were tried on; empty: all of it
};

// The operator's own integer arithmetic, apart from the machine.
struct golden_result {
  std::vector<named_integers> outputs;
  std::string state_sha256;                  // of the final state; empty: none
  std::map<std::string, uint64_t> counters;  // outputs, multiplies, saturations, ...
};

// hls against ref on the same quantised inputs.
struct bound_verdict {
  bool agree = true;
  std::string finding;                             // one line
  std::optional<double> hls_vs_ref, quantisation;  // relative mean squared errors
  std::optional<double> scan, h_last;         // of hls against ref: the scan without skip and gate; h_last
  std::optional<error_line> line, scan_line;  // of hls on ref: y, its mean in last places; scan's likewise
  std::optional<bound_share> y_bound, h_last_bound;  // of hls: each value against its own bound
  // hls against ref on the call as given: what quantisation and the machine cost together.
  std::optional<double> lost, lost_scan;
  std::vector<std::string> blind_to;  // as of expect_verdict
  std::string tried;
  nlohmann::json bound;  // {formula, largest_error, largest_share}
};

// The least that any processor does for the call: what a roofline is made of.
struct least_work {
  double elements = 0;         // of tensors, each read or written once
  double exps = 0, flops = 0;  // a multiply-add is 2
  double unit_ops = 0;         // of a GPU's special function units: exps, reciprocals, roots
};

class operator_case {
 public:
  virtual ~operator_case() = default;

  virtual call_facts facts() const = 0;
  virtual least_work work() const = 0;
  // The call as the scan's GPU kernels take it, nullptr if it is no scan; the trace, for those of other
  // operators.
  virtual const scan_trace* kernel_call() const { return nullptr; }
  virtual const trace* kernel_trace() const { return nullptr; }

  virtual std::vector<named_reals> ref() const = 0;  // on the values as given
  virtual expect_verdict compare_with_recorded(const std::vector<named_reals>& outputs) const = 0;

  // Values of the call that lie beyond what any machine can hold, by what they are.
  virtual std::map<std::string, uint64_t> limits() const { return {}; }
  // What a reader of the verdict should know of the call, one text each.
  virtual std::vector<std::string> notes() const { return {}; }

  // With the scales that the trace stores for this point's widths, else with chosen ones. Idempotent; every
  // member below does it when it was not done.
  virtual void quantise() = 0;
  // nullopt: the hls machine is the arithmetic.
  virtual std::optional<golden_result> golden() = 0;
  // `reference`: ref() on the values as given, for what quantisation cost.
  virtual bound_verdict judge(const std::vector<named_integers>& hls,
                              const std::vector<named_reals>& reference) = 0;
  // Cached, one program per option.
  virtual const program& compiled(const compile_options& options) = 0;

  // Where an element is, as text after the output's name: "(batch 0, channel 3, token 17)", "[12, 3]".
  virtual std::string place(const std::string& output, int64_t index) const = 0;
  // Of an output, in the trace's order; and of its integers, value = integer * 2^-bits: one number for all,
  // or one for each place along the last axis. Empty: not known.
  virtual std::vector<int64_t> shape(const std::string& /*output*/) const { return {}; }
  virtual std::vector<int> fraction_bits(const std::string& /*output*/) { return {}; }
  // The order in which the elements of an output are compared; empty: as stored. A scan: as processed.
  virtual std::vector<int64_t> comparison_order(const std::string& output) const = 0;

  virtual nlohmann::json scales() = 0;                       // of the quantised call; null: none
  virtual nlohmann::json storage() = 0;                      // of weights, in bytes; null: no weights
  virtual std::map<std::string, uint64_t> compulsory() = 0;  // bytes by tensor, each moved once
};

}  // namespace scansim
