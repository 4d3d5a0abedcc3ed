// The vectors of a real trace on the Verilated modules: what netlists are held to is what the RTL answers.
// Every kind of data, on the design point and the layer of models/energy/gates/rows.csv.
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <type_traits>

#include "Vexp_pwl_64.h"
#include "Vscan_pe_8_16_64.h"
#include "Vssm_delta_lane.h"
#include "Vssm_gate_lane.h"
#include "host/energy/scan_order.h"
#include "host/energy/scan_stimulus.h"
#include "models/configs/data_directory.h"
#include "models/configs/widths.h"
#include "tests/support/clocked.h"
#include "tests/support/places.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

const design_point& point() {
  static const design_point loaded = load_design_point("block-tiny", config_directory(), {});
  return loaded;
}

unit_data data_of(data_kind kind) {
  return load_unit_data(test::source_dir() + "/traces/byte-mamba-block-layer.safetensors", point(), kind, 7);
}

constexpr data_kind kinds[] = {data_kind::trace, data_kind::random, data_kind::zeros};

template <class Module>
using ports = std::map<std::string, std::function<void(Module&, uint64_t)>>;
template <class Module>
using reads = std::map<std::string, std::function<uint64_t(const Module&)>>;

// Returns how many outputs were compared.
template <class Module>
uint64_t run_on_rtl(const unit_stimulus& stimulus, const ports<Module>& inputs,
                    const reads<Module>& outputs) {
  Module dut;
  uint64_t compared = 0;
  for (size_t cycle = 0; cycle < stimulus.cycles.size(); ++cycle) {
    const stimulus_cycle& now = stimulus.cycles[cycle];
    for (size_t i = 0; i < now.in.size(); ++i) inputs.at(stimulus.inputs[i].port)(dut, now.in[i]);
    dut.clk_i = 0;
    dut.eval();
    for (size_t i = 0; i < now.out.size(); ++i) {
      if (!now.out[i]) continue;
      INFO("cycle " << cycle << ", " << stimulus.outputs[i].port);
      REQUIRE(outputs.at(stimulus.outputs[i].port)(dut) == *now.out[i]);
      ++compared;
    }
    dut.clk_i = 1;
    dut.eval();
  }
  return compared;
}

#define IN(name)                                                                                           \
  {                                                                                                        \
#name,                                                                                                 \
        [](auto& dut, uint64_t value) { dut.name = static_cast<std::decay_t<decltype(dut.name)>>(value); } \
  }
#define OUT(name)                                                          \
  {                                                                        \
#name, [](const auto& dut) { return static_cast<uint64_t>(dut.name); } \
  }

}  // namespace

TEST_CASE("unit vectors: scan_pe on rtl", "[energy][rtl]") {
  for (const data_kind kind : kinds) {
    const uint64_t compared = run_on_rtl<Vscan_pe_8_16_64>(
        drive_scan_pe(data_of(kind), point(), {}),
        {IN(enable_i), IN(dt2_i), IN(a_i), IN(align_i), IN(du_i), IN(b_i), IN(c_i), IN(slot_read_i),
         IN(slot_write_i), IN(use_slot_i), IN(slot_we_i), IN(loaded_i)},
        {OUT(state_o), OUT(saturated_o), OUT(product_o)});
    CHECK(compared > 1800);
  }
}

TEST_CASE("unit vectors: exp_pwl on rtl", "[energy][rtl]") {
  for (const data_kind kind : kinds)
    CHECK(run_on_rtl<Vexp_pwl_64>(drive_exp_pwl(data_of(kind), point(), {}),
                                  {IN(enable_i), IN(exponent_ni), IN(one_i), IN(zero_i)},
                                  {OUT(decay_o)}) > 600);
}

TEST_CASE("unit vectors: delta_lane and gate_lane on rtl", "[energy][rtl]") {
  for (const data_kind kind : kinds) {
    CHECK(run_on_rtl<Vssm_delta_lane>(drive_delta_lane(data_of(kind), point(), {}),
                                      {IN(softplus_i), IN(sh_delta_i), IN(sh_bias_i), IN(sh_dt2_i),
                                       IN(sh_du_i), IN(sh_skip_i), IN(delta_i), IN(u_i), IN(bias_i), IN(d_i)},
                                      {OUT(dt2_o), OUT(du_o), OUT(skip_o), OUT(sat_delta_o)}) > 2400);
    CHECK(run_on_rtl<Vssm_gate_lane>(
              drive_gate_lane(data_of(kind), point(), {}),
              {IN(has_z_i), IN(sh_z_i), IN(sh_v_i), IN(sh_y_i), IN(acc_i), IN(skip_i), IN(z_i)},
              {OUT(y_o)}) > 600);
  }
}

TEST_CASE("unit vectors: rows of a lane come as the machine issues them", "[energy]") {
  const unit_data data = data_of(data_kind::trace);
  const std::vector<scan_row> rows = rows_of_lane(data.scan, point(), 3, 1000);
  REQUIRE(rows.size() == 1000);
  CHECK(rows[0].channel == 3);
  CHECK(rows[1].channel == 3 + point().num_lanes);  // the other group of the tile
  CHECK(rows[1].group == 1);
  CHECK(rows[1].token == rows[0].token);
  CHECK(rows[2].channel == 3);
  CHECK(rows[2].token == rows[0].token + 1);
  CHECK(rows[0].first);
  CHECK_FALSE(rows[2].first);
}

TEST_CASE("unit data: other operators are refused", "[energy]") {
  CHECK_THROWS_WITH(load_unit_data(test::source_dir() + "/traces/digits-cross-scans.safetensors", point(),
                                   data_kind::trace, 1),
                    Catch::Contains("operator: expected selective_scan or mamba_block, found scan_sets"));
}
