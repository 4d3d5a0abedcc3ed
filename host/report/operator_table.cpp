#include "host/report/operator_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/report/text_table.h"

namespace scansim {
namespace {

// Units with one operator each, and what counts its steps.
struct unit_operator {
  const char *name, *steps;
  std::vector<const char*> units;  // the first is the one that is timed
};

const unit_operator norm = {"norm", "macs", {"rms_norm"}};
const unit_operator conv = {"conv1d", "macs", {"conv1d_silu"}};
const unit_operator scan = {"scan", "state_updates", {"scan_serial", "delta_softplus", "gate_silu"}};
const unit_operator rotation = {"rotation", "", {"hadamard_fwht"}};

class operator_list {
 public:
  operator_list(const run_result& result, const rung_result& rung) : result_(result), rung_(rung) {}

  std::vector<operator_use> take() {
    add(norm);
    add_products("in_proj");
    add(conv);
    for (const char* name : {"x_proj", "select", "dt_proj"}) add_products(name);
    add(scan);
    add(rotation);
    add_products("out_proj");
    add_rest();
    return std::move(uses_);
  }

 private:
  double energy_of(const std::string& block) {
    charged_.insert(block);
    double sum = 0;
    if (rung_.energy)
      for (const block_energy& one : rung_.energy->blocks)
        if (one.block == block) sum += one.total.nominal_pj;
    return sum;
  }

  void add(const unit_operator& one) {
    operator_use use{one.name, one.units.front(), counter_of(rung_, one.units.front(), "busy"),
                     counter_of(rung_, one.units.front(), one.steps)};
    for (const char* unit : one.units) use.energy_pj += energy_of(unit);
    if (use.busy > 0) uses_.push_back(use);
  }

  // Both directions of that name.
  void add_products(const std::string& name) {
    const auto slots = static_cast<double>(counter_of(rung_, "gemm_nm", "mac_slots"));
    const auto row = static_cast<uint64_t>(result_.point.axi_bytes() * result_.point.gemm_depth);
    for (const operator_product& one : rung_.products) {
      if (one.name != name && one.name != "backward." + name) continue;
      const double part = slots > 0 ? static_cast<double>(one.mac_slots) / slots : 0;
      uses_.push_back({one.name, "gemm_nm", one.mac_slots / row, one.macs, one.weight_bytes,
                       part * energy_of("gemm_nm")});
    }
  }

  void add_rest() {
    operator_use rest{"moving", "dma, scratch, memory"};
    if (rung_.energy)
      for (const block_energy& one : rung_.energy->blocks)
        if (charged_.count(one.block) == 0) rest.energy_pj += one.total.nominal_pj;
    uses_.push_back(rest);
  }

  const run_result& result_;
  const rung_result& rung_;
  std::set<std::string> charged_;
  std::vector<operator_use> uses_;
};

std::string share_cell(uint64_t busy, uint64_t cycles) {
  return busy > 0 ? fmt::format("{:.1f}", 100.0 * static_cast<double>(busy) / static_cast<double>(cycles))
                  : "-";
}

std::string amount_cell(uint64_t amount) { return amount > 0 ? std::to_string(amount) : "-"; }

}  // namespace

std::vector<operator_use> operators_of(const run_result& result, const rung_result& rung) {
  if (rung.products.empty() || rung.cycles.value_or(0) == 0) return {};
  return operator_list(result, rung).take();
}

std::string operator_text(const run_result& result) {
  const auto rung = std::find_if(result.rungs.rbegin(), result.rungs.rend(),
                                 [](const rung_result& one) { return one.cycles.has_value(); });
  if (rung == result.rungs.rend()) return "";
  const std::vector<operator_use> uses = operators_of(result, *rung);
  if (uses.empty()) return "";
  const double whole = rung->energy ? rung->energy->system_estimate.nominal_pj : 0;
  text_table table({"<operator (" + rung->rung + ")", "<unit", "busy", "% of call", "MACs or updates",
                    "weights, bytes", "energy", "%"});
  for (const operator_use& use : uses)
    table.add_row({use.name, use.unit, amount_cell(use.busy), share_cell(use.busy, *rung->cycles),
                   amount_cell(use.steps), amount_cell(use.weight_bytes),
                   whole > 0 ? with_si_prefix(use.energy_pj * 1e-12, "J") : "-",
                   whole > 0 ? fmt::format("{:.1f}", 100 * use.energy_pj / whole) : "-"});
  return table.text();
}

}  // namespace scansim
