// Gate-level samples of a fit: measured, written and read.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/energy/energy_fit.h"
#include "models/configs/data_directory.h"
#include "models/configs/widths.h"
#include "sim/switching/operand_switching.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr const char* sample_header =
    "set,unit,data,seed,trace,operations,cycles,switched_pj,clock_pj,counts,design_point,level,source";

struct sample_plan {
  const char* set;
  data_kind kind;
  uint64_t first_seed, seeds;
};
// walk and bursts are kinds that no training row has. Of `mixed` whole classes of operands are zero or one
// value: other seeds are other mixes of what sticks, a set of their own. classes.
constexpr sample_plan plans[] = {
    {"training", data_kind::trace, 1, 1},  {"training", data_kind::random, 1, 2},
    {"training", data_kind::zeros, 1, 1},  {"training", data_kind::sparse, 1, 2},
    {"training", data_kind::small, 1, 2},  {"training", data_kind::mixed, 1, 40},
    {"held_out", data_kind::walk, 201, 2}, {"held_out", data_kind::bursts, 201, 1},
};
constexpr drive_size sample_size{400, 4};

switching_unit unit_of_block(std::string_view block) {
  for (size_t i = 0; i < num_switching_units; ++i)
    if (switching_rows[i].block == block) return static_cast<switching_unit>(i);
  throw std::logic_error("no switching unit of block " + std::string(block));
}

std::map<std::string, uint64_t> counts_of(const unit_stimulus& stimulus, const switching_unit_row& unit,
                                          const design_point& point) {
  operand_switching switching(widths_of(point));
  const switching_unit of = unit_of_block(unit.block);
  for (const operand_sample& one : stimulus.operands)
    one.counted ? switching.see(of, one.place, one.values) : switching.lead_in(of, one.place, one.values);
  std::map<std::string, uint64_t> counts;
  for (const switching_count& one : named_switching(switching.values()))
    if (one.block == unit.block && follows(unit, one.event)) counts[one.event] = one.count;
  return counts;
}

// The measured unit's netlist with its time, mapped once for all kinds of data.
class sampled_unit {
 public:
  sampled_unit(const measured_unit& measured, const switching_unit_row& unit, const design_point& point,
               const liberty_library& library, const progress_callback& progress)
      : measured_(measured),
        unit_(unit),
        point_(point),
        library_(library),
        mapped_(map_to_gates(measured.module(point), library, rtl_directory(), progress)),
        timing_(time_netlist(mapped_.netlist)) {}

  energy_sample take(const char* set, const unit_data& data) const {
    const unit_stimulus stimulus = measured_.drive(data, point_, sample_size);
    const driven_netlist driven = drive_netlist(mapped_.netlist, timing_, library_.volts, stimulus);
    if (!driven.first_difference.empty())
      throw tool_error(
          fmt::format("{} on {}: {}", measured_.name, kind_name(data.kind), driven.first_difference));
    const std::string& tool = mapped_.netlist.tool;
    return {set,
            measured_.name,
            kind_name(data.kind),
            data.seed,
            std::filesystem::path(data.trace_path).filename().string(),
            point_.name,
            library_.name + " by " + tool.substr(0, tool.find(" (")),
            driven.operations,
            driven.activity.cycles,
            driven.activity.all.sum(),
            driven.activity.clock_pj,
            counts_of(stimulus, unit_, point_)};
  }

 private:
  const measured_unit& measured_;
  const switching_unit_row& unit_;
  const design_point& point_;
  const liberty_library& library_;
  mapped_netlist mapped_;
  gate_timing timing_;
};

std::string counts_text(const std::map<std::string, uint64_t>& counts) {
  std::string text;
  for (const auto& [event, count] : counts)
    text += (text.empty() ? "" : " ") + event + "=" + std::to_string(count);
  return text;
}

std::map<std::string, uint64_t> counts_in(const std::string& text) {
  std::map<std::string, uint64_t> counts;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    const size_t at = word.find('=');
    counts[word.substr(0, at)] = std::stoull(word.substr(at + 1));
  }
  return counts;
}

}  // namespace

std::vector<energy_sample> measure_samples(const std::string& layer_trace, const std::string& scan_trace,
                                           const design_point& point, const progress_callback& progress) {
  const liberty_library library = read_liberty(liberty_file());
  std::vector<unit_data> layers;
  std::vector<const char*> sets;
  for (const sample_plan& plan : plans)
    for (uint64_t s = 0; s < plan.seeds; ++s) {
      layers.push_back(load_unit_data(layer_trace, point, plan.kind, plan.first_seed + s));
      sets.push_back(plan.set);
    }
  for (uint64_t seed = 201; seed <= 206; ++seed)
    layers.push_back(load_unit_data(layer_trace, point, data_kind::mixed, seed)), sets.push_back("stuck");
  const unit_data scan = load_unit_data(scan_trace, point, data_kind::trace, 1);
  std::vector<energy_sample> samples;
  for (const switching_unit_row& unit : switching_unit_rows(point))
    for (const measured_unit& measured : measured_units()) {
      const bool twin = measured.twin_of != nullptr && std::string_view(measured.twin_of) == unit.unit;
      if (!twin && std::string_view(measured.name) != unit.unit) continue;
      const sampled_unit of(measured, unit, point, library, progress);
      for (size_t i = 0; i < layers.size(); ++i) samples.push_back(of.take(sets[i], layers[i]));
      if (measured.source == vector_source::scan) samples.push_back(of.take("held_out", scan));
    }
  return samples;
}

std::string samples_csv(std::span<const energy_sample> samples) {
  std::string text = std::string(sample_header) + "\n";
  for (const energy_sample& one : samples)
    text += fmt::format("{},{},{},{},{},{},{},{:.7g},{:.7g},{},{},circuit,{}\n", one.set, one.unit, one.data,
                        one.seed, one.trace, one.operations, one.cycles, one.switched_pj, one.clock_pj,
                        counts_text(one.counts), one.design_point, one.source);
  return text;
}

std::vector<energy_sample> read_samples(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line) || line != sample_header)
    throw input_error(file, "line 1", sample_header, stream ? "\"" + line + "\"" : "no such file");
  std::vector<energy_sample> samples;
  for (int number = 2; std::getline(stream, line); ++number) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    const std::string where = "line " + std::to_string(number);
    if (cells.size() != 13) throw input_error(file, where, "13 cells", std::to_string(cells.size()));
    try {
      samples.push_back({cells[0], cells[1], cells[2], std::stoull(cells[3]), cells[4], cells[10], cells[12],
                         std::stoull(cells[5]), std::stoull(cells[6]), std::stod(cells[7]),
                         std::stod(cells[8]), counts_in(cells[9])});
    } catch (const std::exception&) {
      throw input_error(file, where, "numbers in seed to counts", "\"" + line.substr(0, 80) + "\"");
    }
  }
  return samples;
}

}  // namespace scansim
