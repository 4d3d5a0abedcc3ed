// A network on a design point, phase by phase: every operator simulated once without values and multiplied by
// its instances. Contract: sums are exact multiples of what one program of that shape takes on `systemc`;
// what the machine does not run is a row with its work and the reason, and is in no sum of time or energy.
// Errors: input_error for a request that fits no network or machine at all.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/network/network_spec.h"
#include "host/report/machine_metrics.h"
#include "models/energy/energy_report.h"
#include "sim/cosim/tool_process.h"
#include "sim/rungs/device.h"

namespace scansim {

enum class network_phase { prefill, decode };
const char* phase_name(network_phase phase);

// What a layer sees of a phase; decode: `length` tokens are in the context. Errors: input_error for more rows
// than most_rows.
layer_pass pass_of(const network_spec& spec, const network_layer& layer, network_phase phase, int64_t length,
                   int64_t batch);

struct network_request {
  network_spec spec;
  design_point point;
  std::string memory;  // a model that the machine can have
  uint64_t seed = 1;   // of the random memory model
  std::vector<network_phase> phases;
  std::optional<int64_t> length;  // nullopt: the network's
  int64_t batch = 1;
  bool scans_alone = false;  // everything else is not asked for
  bool by_operator = false;  // also where a layer could be one program
};

// One instance on the machine: its programs one behind the other.
struct instance_result {
  std::string rung;
  uint64_t runs = 0, programs = 0;  // of them different
  std::optional<simulated_part> simulated;
  uint64_t cycles = 0, read_bytes = 0, written_bytes = 0, compulsory_bytes = 0;
  double weight_passes = 0;  // of a layer whose weights stream: how often they come
  event_counters counters;
};

struct network_row {
  std::string layer, part;
  uint64_t instances = 1;
  uint64_t layers = 1;     // of the network in one instance
  operator_work work;      // of one instance
  uint64_t tokens = 0;     // of one instance, all sequences
  std::string missing;     // why it did not run; else empty
  bool refused = false;    // by this machine: another might run it
  uint64_t sets = 0;       // scans of one call; 0: no scan_sets
  std::string plain_why;   // why they are plain scans, if they are
  instance_result result;  // if it ran
  machine_metrics metrics;
  energy_range energy;

  bool ran() const { return missing.empty(); }
  std::string name() const { return part.empty() ? layer : layer + "." + part; }
};

struct network_sum {
  uint64_t cycles = 0, read_bytes = 0, written_bytes = 0, compulsory_bytes = 0;
  energy_range energy;
  uint64_t layers = 0, missing_layers = 0;
  operator_work work, missing_work;  // all; of the missing

  bool complete() const { return missing_layers == 0; }
};

struct phase_result {
  network_phase phase = network_phase::prefill;
  int64_t length = 0, batch = 1;
  std::vector<network_row> rows;
  std::vector<std::string> notes;  // why a layer is no single program
  network_sum sum;
};

struct network_result {
  network_spec spec;
  design_point point;
  std::string memory;
  uint64_t seed = 1;
  std::string technology, energy_levels;
  std::vector<phase_result> phases;

  double time_s(uint64_t cycles) const { return static_cast<double>(cycles) / (point.clock_mhz * 1e6); }
};

// `progress` is told what runs, and may throw to end it.
network_result run_network(const network_request& request, const progress_callback& progress);

// As text: 12,345 layers of 678 missing, shares of the work; empty if none is.
std::string missing_text(const network_sum& sum);

}  // namespace scansim
