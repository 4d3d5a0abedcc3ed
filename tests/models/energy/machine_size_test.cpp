// How much there is to leak: sizes follow from the parameters, and grow with what they should.
#include "models/energy/machine_size.h"

#include <catch2/catch.hpp>

#include "models/configs/data_directory.h"

using namespace scansim;

TEST_CASE("machine_size grows with lanes, widths, memories and units", "[energy][all]") {
  const auto of = [](const std::string& name, const std::vector<std::string>& settings = {}) {
    return size_of(load_design_point(name, config_directory(), settings));
  };
  const machine_size base = of("base");
  const machine_size half = of("base", {"num_lanes=8", "axi_data_bits=512"});
  CHECK(half.logic_kge == Approx(base.logic_kge / 2).epsilon(1e-9));
  CHECK(of("base", {"operand_bits=16"}).logic_kge > 1.3 * base.logic_kge);
  CHECK(of("base", {"state_bits=24"}).memory_kib > base.memory_kib);
  const double states = of("base", {"state_capacity=65536"}).memory_kib - base.memory_kib;
  CHECK(states > 32768 * (16 + 8) / 8192.0);  // states and A; D and the bias besides
  const machine_size block = of("block");
  CHECK(block.logic_kge > base.logic_kge);
  CHECK(block.memory_kib > base.memory_kib + 512 + 256);  // scratch and weights
}

TEST_CASE("machine_size of one processing element is that of its multipliers and adders", "[energy][all]") {
  const design_point point =
      load_design_point("base", config_directory(), {"num_lanes=4", "axi_data_bits=256"});
  design_point wider = point;
  wider.states_per_lane *= 2;
  // 24 x 14, 24 x 8, 26 x 16, 16 x 8 products, sums of 42 and 2 x 32 bits; exp: 12 x 11, 26 bits, 31 bits
  // read.
  const double products = 24 * 14 + 24 * 8 + 26 * 16 + 16 * 8 + 12 * 11, sums = 42 + 64 + 26, registers = 31;
  const double gates = products * 6.66 + sums * 5.33 + registers * 5.67;
  CHECK(size_of(wider).logic_kge - size_of(point).logic_kge ==
        Approx((wider.num_pe() - point.num_pe()) * gates * logic_overhead / 1000).epsilon(0.02));
}

TEST_CASE("machine_size of sets is an adder a lane, a memory of lists and two more places of h0",
          "[energy][all]") {
  const design_point point = load_design_point("base", config_directory());
  design_point sets = point;
  sets.max_sets = 8;
  const double bits = point.num_lanes * point.output_bits, entries = 8.0 * point.chunk_tokens;
  const double h0 = point.tile_channels() * point.max_states * point.state_bytes();
  CHECK(size_of(sets).logic_kge - size_of(point).logic_kge ==
        Approx(bits * 5.33 * logic_overhead / 1000).epsilon(0.02));
  CHECK(size_of(sets).memory_kib - size_of(point).memory_kib == Approx((entries * 4 + 2 * h0) / 1024));
}
