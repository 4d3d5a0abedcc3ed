// From Yosys' statistics (cells by type for every module, where a child module is a cell type) to per-module
// totals and instance counts.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "host/area/area_report.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

using nlohmann::json;

const std::set<std::string> compute_modules = {"ssm_delta_softplus", "ssm_scan_serial", "ssm_gate_silu"};
// Modules that only hold blocks: their children are listed beside those of the top, their own cells under
// their name.
const std::set<std::string> container_modules = {"ssm_units", "ssm_gemm_path", "ssm_conv_path"};

// "\ssm_top", "$paramod\ssm_x\Width=..." and "$paramod$<hash>\ssm_x" all name the module between the
// backslashes.
std::string rtl_name(const std::string& name) {
  const size_t start = name.find('\\');
  return start == std::string::npos ? name : name.substr(start + 1, name.find('\\', start + 1) - start - 1);
}

class hierarchy {
 public:
  explicit hierarchy(const json& modules) {
    for (const auto& [name, module] : modules.items()) {
      for (const auto& [type, count] : module.at("num_cells_by_type").items()) {
        // A child without parameters is written without the backslash that its own entry carries.
        const std::string escaped = "\\" + type;
        if (modules.contains(type)) {
          children_[name][type] += count.get<uint64_t>();
        } else if (modules.contains(escaped)) {
          children_[name][escaped] += count.get<uint64_t>();
        } else if (type[0] == '$' && type != "$scopeinfo") {
          throw tool_error("area: " + rtl_name(name) + " holds a cell that was not mapped: " + type);
        } else {
          own_[name].add_cell(type, count.get<uint64_t>());
        }
      }
      names_.push_back(name);
    }
  }

  const std::vector<std::string>& names() const { return names_; }
  const cell_counts& own(const std::string& name) { return own_[name]; }
  const std::map<std::string, uint64_t>& children(const std::string& name) { return children_[name]; }

  const cell_counts& whole(const std::string& name) {
    const auto known = whole_.find(name);
    if (known != whole_.end()) return known->second;
    if (!open_.insert(name).second) throw tool_error("area: module " + rtl_name(name) + " contains itself");
    cell_counts sum = own_[name];
    for (const auto& [child, count] : children_[name]) sum.add(whole(child), count);
    return whole_[name] = sum;
  }

  void count_instances(const std::string& name, uint64_t times, std::map<std::string, uint64_t>& instances) {
    instances[name] += times;
    for (const auto& [child, count] : children_[name]) count_instances(child, times * count, instances);
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, cell_counts> own_, whole_;
  std::map<std::string, std::map<std::string, uint64_t>> children_;
  std::set<std::string> open_;
};

std::string top_module(const hierarchy& design, const std::string& top) {
  for (const std::string& name : design.names()) {
    if (rtl_name(name) == top) return name;
  }
  throw tool_error("area: the statistics hold no module " + top);
}

void add_block(std::map<std::string, block_area>& blocks, const std::string& name, uint64_t times,
               const cell_counts& cells) {
  block_area& block = blocks[name];
  block.block = name;
  block.instances += times;
  block.cells.add(cells, times);
}

void add_children(hierarchy& design, const std::string& parent, uint64_t times,
                  std::map<std::string, block_area>& blocks) {
  for (const auto& [child, count] : design.children(parent)) {
    const bool opened = container_modules.count(rtl_name(child)) != 0;
    add_block(blocks, rtl_name(child), times * count, opened ? design.own(child) : design.whole(child));
    if (opened) add_children(design, child, times * count, blocks);
  }
}

std::vector<block_area> blocks_of(hierarchy& design, const std::string& top) {
  std::map<std::string, block_area> blocks;
  add_children(design, top, 1, blocks);
  std::vector<block_area> list;
  for (auto& [name, block] : blocks) list.push_back(std::move(block));
  list.push_back({"(top)", 1, design.own(top)});
  return list;
}

area_report report_of(const json& stat, const std::string& top, const design_point& point) {
  hierarchy design(stat.at("modules"));
  const std::string top_name = top_module(design, top);
  area_report report;
  report.point = point;
  report.tool = stat.at("creator").get<std::string>();
  report.total = design.whole(top_name);
  report.blocks = blocks_of(design, top_name);
  std::map<std::string, uint64_t> instances;
  design.count_instances(top_name, 1, instances);
  for (const auto& [name, count] : instances) {
    report.modules.push_back({rtl_name(name), count, design.own(name), design.whole(name)});
    if (compute_modules.count(rtl_name(name)) != 0) report.compute.add(design.whole(name), count);
  }
  std::stable_sort(
      report.modules.begin(), report.modules.end(),
      [](const module_area& left, const module_area& right) { return left.module < right.module; });
  return report;
}

}  // namespace

area_report area_from_stat(const std::string& stat_json, const std::string& top, const design_point& point) {
  try {
    return report_of(json::parse(stat_json), top, point);
  } catch (const json::exception& error) {
    throw tool_error(std::string("area: the statistics of the synthesis tool cannot be read: ") +
                     error.what());
  }
}

}  // namespace scansim
