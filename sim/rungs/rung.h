// The rungs of the ladder as a table: what each one gives (outputs, time, counters) and how it is made. How
// two rungs are compared follows from their rows (compare_of), nowhere from a name:
//   bits       both have integer outputs          tolerance   one has real outputs, the other any
//   cycles     both count them                    counters    the classes that both have
// Contract: rung_list() is in ladder order, from the reference down; adding a rung is a file that makes its
// device and one line here. What takes a ladder takes the list as an argument, so that a test can bring its
// own. It runs nothing (host/run does).
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hls/map/counter_map.h"
#include "sim/cosim/tool_process.h"
#include "sim/rungs/device.h"

namespace scansim {

enum class rung_outputs { none, real, integer };
enum class rung_time { none, cycles, estimate };
// reference: the operator in double precision; gpu: beside the ladder, compared with the reference and with
// nothing else; machine: executes programs, made by `make`.
enum class rung_source { reference, gpu, machine };

// A set of classes of counters, as bits.
using counter_classes = unsigned;
inline constexpr counter_classes counts_nothing = 0, counts_time = 1, counts_events = 2, counts_data = 4,
                                 counts_all = 7;

// time: cycles and stalls; data: what depends on values (saturations); event: all others.
constexpr counter_classes class_of(const counter_name& name) {
  if (name.kind == counter_class::time) return counts_time;
  return name.kind == counter_class::data ? counts_data : counts_events;
}

using rung_maker = std::unique_ptr<device> (*)(const design_point& point, const device_options& options,
                                               const progress_callback& progress);

struct rung {
  const char* name;
  rung_source source;
  rung_outputs outputs;
  rung_time time;
  counter_classes counters;
  rung_maker make = nullptr;   // of a machine
  const char* tool = nullptr;  // the tool that builds it, whose version a result names
  bool waves = false;          // can write them; a run takes long and may be stopped
  bool activity = false;       // keeps what happens in it, cycle by cycle (activity_log.h)
  bool streams = false;        // writes its streams down, beat by beat (stream_log.h)
  bool switching = false;      // counts how operands switch (sim/switching)
};

std::span<const rung> rung_list();

// nullptr: none of that name.
const rung* find_rung(std::string_view name, std::span<const rung> list = rung_list());

// "hls, systemc, rtl": the names of those that fit.
template <class Fits>
std::string names_of_rungs(std::span<const rung> list, const Fits& fits) {
  std::string text;
  for (const rung& one : list)
    if (fits(one)) text += (text.empty() ? "" : ", ") + std::string(one.name);
  return text;
}
constexpr bool any_rung(const rung&) { return true; }
constexpr bool is_machine(const rung& one) { return one.source == rung_source::machine; }
constexpr bool has_no_outputs(const rung& one) { return one.outputs == rung_outputs::none; }

// Machines whose outputs are integers, from the ladder's arithmetic down to what is built.
constexpr bool has_machine_values(const rung& one) {
  return is_machine(one) && one.outputs == rung_outputs::integer;
}
std::vector<std::string> rungs_with_machine_values(std::span<const rung> list = rung_list());

struct comparison {
  bool bits = false, tolerance = false, cycles = false;
  counter_classes counters = counts_nothing;
  bool any() const { return bits || tolerance || counters != counts_nothing; }
};
comparison compare_of(const rung& above, const rung& below);

// Of the rungs that run, in ladder order, the one that number `at` is compared with: the nearest above that
// gives outputs as it does, else the nearest with which it shares anything. nullptr: none.
const rung* rung_above(std::span<const rung* const> running, size_t at);

}  // namespace scansim
