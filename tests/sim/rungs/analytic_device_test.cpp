// The rung `analytic` against `fast`: status and every counter equal on random lists of up to three long
// scans, with parameters of their own or those of the scan before, some illegal, list after list on one pair
// of machines; many of them shortened.
#include <catch2/catch.hpp>

#include "sim/rungs/device.h"
#include "tests/sim/top/scan_lists.h"
#include "tests/support/design_points.h"
#include "tests/support/rung_agreement.h"

namespace scansim {

TEST_CASE("analytic_device analytic equals fast in every cycle and counter on lists of scans",
          "[machine][analytic]") {
  int shortened = 0, of_several = 0, all = 0;
  for (const design_point& point : test::corner_points())
    for (const char* memory : {"ideal", "latency"}) {
      const device_options options{.memory_model = memory, .seed = 1, .wave_path = ""};
      const auto fast = find_rung("fast")->make(point, options, {});
      const auto analytic = find_rung("analytic")->make(point, options, {});
      for (uint64_t seed = 1; seed <= 16; ++seed) {
        CAPTURE(point.name, memory, seed);
        std::mt19937_64 random(2000 + seed);
        const test::scan_list list = test::random_list(point, random, 250);
        const auto run = [&](device& machine) {
          return test::outcome_of(machine, {list.address, static_cast<uint32_t>(list.scans.size())},
                                  list.image);
        };
        test::check_status_and_counters(run(*fast), run(*analytic), counts_time | counts_events);
        CHECK(fast->memory_events() == analytic->memory_events());
        const simulated_part part = analytic->simulated().value();
        CHECK(part.chunks <= part.of);
        shortened += part.chunks < part.of, ++all;
        of_several += part.chunks < part.of && list.scans.size() > 1;
      }
    }
  INFO("shortened " << shortened << " of " << all << ", of several scans " << of_several);
  CHECK(4 * shortened > all);
  CHECK(8 * of_several > all);
}

TEST_CASE("analytic_device analytic refuses descriptors outside the memory as fast does",
          "[machine][analytic]") {
  const design_point point = test::corner_points().front();
  std::mt19937_64 random(2049);
  const test::scan_list list = test::random_list(point, random);
  const auto count = static_cast<uint32_t>(list.scans.size());
  for (const std::string rung : {"fast", "analytic"}) {
    CAPTURE(rung);
    const auto machine =
        find_rung(rung)->make(point, {.memory_model = "ideal", .seed = 1, .wave_path = ""}, {});
    // Wholly outside, far away; and the last one half inside.
    for (const test::descriptor_list outside : {test::descriptor_list{uint64_t{1} << 40, 1},
                                                {list.image.size() - hls::descriptor_bytes / 2, 1},
                                                {list.address, count + 100'000}})
      CHECK_THROWS_WITH(test::outcome_of(*machine, outside, list.image),
                        Catch::Contains("outside the memory"));
  }
}

}  // namespace scansim
