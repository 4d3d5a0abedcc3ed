#include "sim/rungs/rung.h"

#include "sim/rungs/analytic_device.h"
#include "sim/rungs/fast_device.h"
#include "sim/rungs/rtl_device.h"

namespace scansim {
namespace {

std::unique_ptr<device> make_hls(const design_point& point, const device_options& options,
                                 const progress_callback&) {
  return make_hls_device(point, options.switching);
}

std::unique_ptr<device> make_systemc(const design_point& point, const device_options& options,
                                     const progress_callback&) {
  return make_systemc_device(point, options);
}

constexpr counter_classes untimed = counts_events | counts_data, timed = counts_time | counts_events;

constexpr rung rungs[] = {
    {"ref", rung_source::reference, rung_outputs::real, rung_time::none, counts_nothing},
    {"gpu", rung_source::gpu, rung_outputs::real, rung_time::none, counts_nothing},
    {"hls", rung_source::machine, rung_outputs::integer, rung_time::none, untimed, make_hls, nullptr, false,
     false, false, true},
    {"systemc", rung_source::machine, rung_outputs::integer, rung_time::cycles, counts_all, make_systemc,
     nullptr, false, true, true, true},
    {"fast", rung_source::machine, rung_outputs::none, rung_time::cycles, timed, make_fast_device, nullptr,
     false, true},
    {"analytic", rung_source::machine, rung_outputs::none, rung_time::cycles, timed, make_analytic_device},
    {"rtl", rung_source::machine, rung_outputs::integer, rung_time::cycles, counts_all, make_rtl_device,
     "verilator", true, true, true},
};

bool beside(const rung& one) { return one.source == rung_source::gpu; }

}  // namespace

std::span<const rung> rung_list() { return rungs; }

const rung* find_rung(std::string_view name, std::span<const rung> list) {
  for (const rung& one : list)
    if (name == one.name) return &one;
  return nullptr;
}

comparison compare_of(const rung& above, const rung& below) {
  comparison result;
  if (beside(above)) return result;
  if (beside(below) && above.source != rung_source::reference) return result;
  const bool outputs = above.outputs != rung_outputs::none && below.outputs != rung_outputs::none;
  result.bits = above.outputs == rung_outputs::integer && below.outputs == rung_outputs::integer;
  result.tolerance = outputs && !result.bits;
  result.cycles = above.time == rung_time::cycles && below.time == rung_time::cycles;
  result.counters = above.counters & below.counters;
  if (!result.cycles) result.counters &= ~counts_time;  // an estimate is near, not equal
  return result;
}

std::vector<std::string> rungs_with_machine_values(std::span<const rung> list) {
  std::vector<std::string> names;
  for (const rung& one : list)
    if (has_machine_values(one)) names.emplace_back(one.name);
  return names;
}

const rung* rung_above(std::span<const rung* const> running, size_t at) {
  const rung& below = *running[at];
  const rung* sharing = nullptr;
  for (size_t i = at; i-- > 0;) {
    const comparison how = compare_of(*running[i], below);
    if (how.bits || how.tolerance) return running[i];
    if (how.any() && sharing == nullptr) sharing = running[i];
  }
  return sharing;
}

}  // namespace scansim
