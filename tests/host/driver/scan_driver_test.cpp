#include <catch2/catch.hpp>

#include "host/driver/scan_result.h"

namespace scansim {

TEST_CASE("first_difference driver finds the first token, then the state, and the counter",
          "[unit][driver]") {
  const scan_shape shape{2, 3, 2, 1, 4};
  scan_result want;
  want.y.assign(24, 5), want.h_last.assign(12, 6);
  scan_result got = want;
  CHECK_FALSE(first_difference(want, got, shape));
  got.y[5 * 4 + 1] = 7;  // batch 1, channel 2, token 1
  got.y[0 * 4 + 3] = 8;  // batch 0, channel 0, token 3
  got.counters[counter_index("dma", "idle")] = 1;
  auto found = first_difference(want, got, shape);
  REQUIRE(found);
  REQUIRE(found->tensor);
  CHECK(found->tensor->tensor == "y");
  CHECK(found->tensor->batch == 1);
  CHECK(found->tensor->channel == 2);
  CHECK(found->tensor->token == 1);
  CHECK(found->tensor->want == 5);
  CHECK(found->tensor->got == 7);
  CHECK(found->tensor->count == 2);
  REQUIRE(found->counter);
  CHECK(found->counter->name == "dma.idle");
  CHECK(first_difference(want, got, shape, true)->tensor->token == 3);
  CHECK_FALSE(first_difference(want, got, shape, false, compared_counters::saturations)->counter);
  got = want;
  got.h_last[4 * 2 + 1] = -1;
  found = first_difference(want, got, shape);
  REQUIRE(found);
  CHECK(found->tensor->tensor == "h_last");
  CHECK(found->tensor->channel == 1);
  CHECK(found->tensor->state == 1);
}

}  // namespace scansim
