// What one run established: per rung the verdict, cycles, counters, energy and checksums, and the errors
// between ref and hls. Filled by the harness, checked by check_run_result() before anything is printed or
// written, rendered by result_json.h, verdict_table.h and result_csv.h. Contract: a result that contradicts
// itself (cycles that do not add up, parts that do not sum, a verdict that the checksums deny) is a fault of
// the program and is refused with tool_error, never shown.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/program/operator_product.h"
#include "host/program/tensor_traffic.h"
#include "host/report/gpu_result.h"
#include "host/report/machine_metrics.h"
#include "host/report/output_values.h"
#include "models/configs/design_point.h"
#include "models/energy/energy_report.h"
#include "models/energy/switching_energy.h"
#include "models/ref/bound_share.h"
#include "models/ref/error_line.h"
#include "sim/rungs/device.h"

namespace scansim {

// Facts that each operator has of its own kind; never changed after they are made.
using operator_facts = std::shared_ptr<const nlohmann::json>;

struct run_timeline;  // host/timeline/run_timeline.h

// Where on the memory port a rung parts from the one above it, in time.
struct port_place {
  uint64_t cycle = 0;  // of the run
  std::string signal;  // a port of ssm_top
};

// Where a stream between blocks first differs from that of the rung above, and whose doing that is.
struct stream_difference {
  std::string stream, block;
  uint64_t beat = 0, cycle = 0;  // of its start; of the run
  std::string text;
};

struct rung_result {
  std::string rung;                            // a name of the ladder (sim/rungs/rung.h)
  std::string compared_with;                   // a rung, or "recorded"; empty: this rung was not compared
  bool agree = true;                           // with compared_with
  std::string finding;                         // one line: the first difference, or how close; may be empty
  std::optional<port_place> first_difference;  // part of the finding
  std::vector<stream_difference> streams;      // likewise, the earliest first; empty: not compared, or none
  std::optional<uint64_t> cycles;              // absent for rungs without time
  bool cycles_estimated = false;               // near the machine's, not equal: never compared
  std::optional<simulated_part> simulated;     // of the chunks of a run that was not simulated as a whole
  event_counters counters;  // block -> busy, wait_in, wait_out, idle and the block's events
  memory_events memory;     // of the memory model; empty: none ran
  std::optional<energy_report> energy;
  switching_counters switching;           // how operands switched; empty: not counted
  std::optional<switching_report> gates;  // what that costs at gate level
  std::optional<gpu_result> gpu;          // of the gpu rung, and only of it
  std::string output_sha256;              // of y and of the final state; empty if not taken
  std::string state_sha256;
  std::vector<tensor_traffic> traffic;     // by tensor; empty: not known
  std::vector<operator_product> products;  // of a layer's program; empty: no layer, or no machine ran
  double weight_passes = 0;                // how often its weights come, where they stream
  bool moved = false;                      // a machine ran: more than the compulsory bytes are known
  operator_facts scales, storage;          // of the quantised call and its weights; null: none
  operator_facts bound;                // what the outputs were judged by: formula, largest error and share
  std::vector<output_values> outputs;  // where they were asked for and the rung has values
  double wall_s = 0;                   // time the rung took on this computer; 0 if not measured
};

// What a call's cycles are by a formula instead of a run: how many, and what each thing that can limit them
// costs by itself (host/program/scan/scan_formula.h).
struct closed_formula {
  double cycles = 0;
  std::vector<std::pair<std::string, double>> costs;  // by name, in cycles
  std::string largest;                                // name of the largest
};

// What ran besides the program (host/run/source_digest.h), and whether that is what it was built beside.
struct run_sources {
  std::string data_folder, data_sha256, rtl_sha256;
  std::string library_sha256;  // of the Verilated machine; empty: none ran
  bool data_as_built = true, rtl_as_built = true;
  bool data_differs = false, rtl_differs = false;  // from the revision
};

// What a reader of the verdict must know beside it; it changes no verdict.
struct run_warning {
  std::string kind;  // "blind check" or "quantisation"
  std::string rung;  // whose verdict it is about
  std::string text;
};

// A cycle of the run and its time in the waves.
struct wave_start {
  uint64_t cycle = 0, time_ps = 0;
};

struct written_waves {
  std::string path;
  uint64_t first_cycle = 0, last_cycle = 0;  // of the run, that they have
  std::vector<wave_start> starts;            // of the machine, in order
  uint64_t time_ps(uint64_t cycle) const;    // where it is in them, or would be
};

struct run_result {
  std::string command;    // the command line that repeats the run
  std::string reproduce;  // the one that repeats what differs, with waves where a rung has them; else empty
  design_point point;
  std::string memory_model;
  uint64_t seed = 0;
  std::string trace_path;
  std::string trace_sha256;
  std::string operator_name;
  bool is_report = false;                    // of one rung: to compare is not what it is for
  std::optional<bool> fused, z_first;        // of programs that can be compiled either way
  uint64_t tokens = 0;                       // batch x L
  uint64_t state_updates = 0;                // batch x L x D x N, without padding; 0: no scan's measure
  uint64_t macs = 0;                         // that projections or a convolution need; 0: it is neither
  memory_bandwidth bandwidth;                // the most that the memory model can move
  std::optional<closed_formula> formula;     // of scans, where it holds and a machine with time ran
  std::optional<uint64_t> compulsory_bytes;  // each operand read once, each output written once
  std::map<std::string, std::string> tool_versions;
  std::vector<rung_result> rungs;
  std::optional<double> hls_vs_ref_relative_mse;    // same quantised inputs
  std::optional<double> quantisation_relative_mse;  // ref on quantised inputs against ref on the trace
  // Of ref against the recording and of hls against ref: what the scan adds to y, and h_last.
  std::optional<double> recorded_scan_mse, recorded_h_last_mse, hls_vs_ref_scan_mse, hls_vs_ref_h_last_mse;
  std::optional<bound_share> hls_vs_ref_y_bound, hls_vs_ref_h_last_bound;
  std::optional<error_line> hls_vs_ref_line, hls_vs_ref_scan_line;  // y, its mean in last places; the scan
  // hls against ref on the trace as given.
  std::optional<double> lost_relative_mse, lost_scan_mse;
  std::optional<run_sources> sources;
  std::vector<run_warning> warnings;
  std::map<std::string, uint64_t> limits;  // values of the call beyond the machine, by what they are
  std::vector<std::string> files;          // written by this run
  std::optional<written_waves> waves;      // absent: none were written
  std::string lost_waves;                  // why there is no wave file; empty: none was asked, or it is there
  std::shared_ptr<const run_timeline> timeline;  // of the last rung that has one; null: none was asked
  std::string lost_timeline;                     // why there is none

  bool agree() const {  // true also where nothing was compared
    for (const rung_result& rung : rungs) {
      if (!rung.agree) return false;
    }
    return true;
  }
  bool compared() const;        // with a rung or with the recording; a modelled gpu compares nothing
  std::string verdict() const;  // "agree", "disagree" or "not compared"
};

// The four classes that every cycle of a block falls into.
struct stall_counts {
  uint64_t busy = 0, wait_in = 0, wait_out = 0, idle = 0;
  uint64_t total() const { return busy + wait_in + wait_out + idle; }
};

// Blocks that count their cycles, in the order of the counters; empty for a rung without time.
std::map<std::string, stall_counts> stalls_of(const rung_result& rung);

// State updates of the operator over the machine's capacity in that time (cycles x processing elements),
// 0..1.
std::optional<double> lane_utilisation(const run_result& result, const rung_result& rung);
// Bytes on the memory port over the compulsory ones; 1 is the floor.
std::optional<double> traffic_ratio(const run_result& result, const rung_result& rung);

// By which a call's rate is told: MACs where there are any, else state updates; amount 0: by neither.
struct work_steps {
  const char *name, *short_name;
  uint64_t amount;
};
work_steps steps_of(const run_result& result);

// Absent for rungs without time.
std::optional<machine_metrics> metrics_of(const run_result& result, const rung_result& rung);

// What energy is the sum over: the machine's counters and what the memory model's DRAM counted.
event_counters costed_counters(const rung_result& rung);

uint64_t counter_of(const rung_result& rung, const std::string& block, const std::string& event);  // 0: none

// What a call waited for: the block that was busy longest, or the memory port, which counts by its bytes.
struct busiest_part {
  std::string name;                  // a block, or "the memory port"
  double share = 0, port_share = 0;  // of the call's cycles
  bool memory_bound = false;
  std::optional<double> multipliers;  // of gemm_nm while it is busy: the share that multiplies
};
std::optional<busiest_part> busiest(const run_result& result, const rung_result& rung);

// Throws tool_error naming the rung and what contradicts what.
void check_run_result(const run_result& result);

}  // namespace scansim
