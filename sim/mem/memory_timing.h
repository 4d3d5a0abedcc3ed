// What one AXI memory does in time, as a max-plus function of the commands it was given:
//   accept = max(valid, space in the queue), beat_valid[i] = max(data ready, beat_valid[i-1] + 1), ...
// One instance serves one run. The machine of sim/top calls it directly and runs ahead of the clock; the
// Verilated RTL reaches the same instance type through sim/mem/axi_memory_port.h, cycle by cycle. Both see
// identical cycles. Contract of the master: address commands (AR and AW together) one at a time, in an order
// that does not depend on time; RREADY = BREADY = 1 always; AW only when the data of the whole burst is
// ready. Contract of every model: read_address and write_address depend on earlier address commands only;
// write_data on its AW and earlier W beats; write_response on its last W beat and its AW. So any interleaving
// of W calls with later address calls gives the same cycles. It holds no data.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace scansim {

class time_state;  // time_state.h

using cycle_t = std::int64_t;

// The latest of them. In registers: std::max of a list makes the list, at every row and burst of a run.
constexpr cycle_t latest(cycle_t one, cycle_t other) { return one < other ? other : one; }
template <class... More>
constexpr cycle_t latest(cycle_t one, cycle_t other, More... more) {
  return latest(latest(one, other), more...);
}

inline constexpr std::uint64_t burst_page_bytes = 4096;  // AXI's: no burst crosses a multiple

// `beats` beats of axi_bytes each, from `address` (a multiple of axi_bytes) upwards, within one page.
struct burst {
  std::uint64_t address = 0;
  int beats = 1;
};

// (name, value); names are unique within a model and are the keys of the energy cost tables.
using memory_counters = std::vector<std::pair<std::string, std::uint64_t>>;

class memory_timing {
 public:
  virtual ~memory_timing() = default;

  // AR seen valid first in cycle `valid`. Returns the cycle of its handshake (>= valid) and fills
  // beat_valid[0..beats) with the cycle in which each beat is transferred: strictly increasing over all
  // bursts, beat_valid[0] > handshake. `valid` must not decrease over successive address commands and must
  // exceed the previous handshake. beat_valid.size() must be at least beats.
  virtual cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) = 0;

  // AW seen valid first in cycle `valid`. Returns the cycle of its handshake (>= valid).
  virtual cycle_t write_address(const burst& command, cycle_t valid) = 0;

  // The next W beat, in AW order, seen valid first in cycle `valid`; its write_address call has been made.
  // Returns the cycle of its handshake: >= valid, >= the handshake of its AW, > the handshake of the W beat
  // before it.
  virtual cycle_t write_data(cycle_t valid) = 0;

  // The next write burst, in AW order, had its last W handshake in cycle `last_data`. Returns the cycle of
  // the B handshake: > last_data, strictly increasing.
  virtual cycle_t write_response(cycle_t last_data) = 0;

  // Events so far; the list of names does not change during a run. Bytes on the AXI port for every model,
  // DRAM bursts, rows and refreshes for the DRAM models.
  virtual memory_counters counters() const = 0;

  // Everything that the cycles to come depend on, besides the commands to come. False, and nothing of use,
  // where they depend on more than times: on the number of a burst, on a refresh that is due.
  virtual bool append_state(time_state&) const { return false; }
};

// Parameters of a memory model that stand for those of its file: name -> value, as YAML writes it.
using memory_settings = std::map<std::string, std::string>;

struct memory_parameters {
  int axi_bytes = 16;         // bytes of one beat, a power of two, 1..128
  double clock_mhz = 1000.0;  // machine clock, 1..10000
  std::uint64_t seed = 1;     // of the `random` model; the others ignore it
  std::string parameter_dir;  // folder of the YAML files (sim/mem/parameters); unused by `ideal` and `random`
  memory_settings set = {};   // refused where the model has no parameter of that name
};

// The model called `name`. Throws input_error when the name is unknown, a parameter is out of range, or the
// model's parameter file is missing or malformed.
std::unique_ptr<memory_timing> make_memory_timing(const std::string& name,
                                                  const memory_parameters& parameters);

// Every name make_memory_timing accepts, fastest first.
std::vector<std::string> memory_model_names();

// Every parameter that some model of that folder has, sorted.
std::vector<std::string> memory_parameter_names(const std::string& parameter_dir);

}  // namespace scansim
