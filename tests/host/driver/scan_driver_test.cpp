#include "host/driver/scan_driver.h"

#include <catch2/catch.hpp>

#include "tests/support/design_points.h"
#include "tests/support/places.h"
#include "tests/support/random_scans.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

scan_result run_hls(const quantised_scan& q, const design_point& p) {
  const auto device = make_hls_device(p);
  return scan_driver(*device, p).run(q);
}

// Batch `batch` of a scan as a scan of its own.
quantised_scan one_batch(const quantised_scan& q, int64_t batch) {
  quantised_scan part = q;
  const auto cut = [&](auto& values, size_t batches) {
    if (values.empty()) return;
    const auto size = static_cast<int64_t>(values.size() / batches);
    values = {values.begin() + batch * size, values.begin() + (batch + 1) * size};
  };
  const auto batches = static_cast<size_t>(q.shape.batch);
  cut(part.u, batches), cut(part.delta, batches), cut(part.b, batches), cut(part.c, batches);
  cut(part.z, batches), cut(part.h0, batches);
  part.shape.batch = 1;
  return part;
}

}  // namespace

TEST_CASE("scan_driver hls decoding token by token equals one prefill", "[property][hls]") {
  const uint64_t seed = 271828;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 25; ++i) {
    const design_point p = test::random_low_point(random);
    quantised_scan q =
        test::random_integers(test::random_request(random, p.max_states), widths_of(p), random);
    const scan_result prefill = run_hls(q, p);
    q.options.decode = true;
    const scan_result decode = run_hls(q, p);
    CAPTURE(i, q.shape.length, q.options.reverse);
    CHECK(prefill.calls == 1);
    CHECK(decode.calls == static_cast<uint64_t>(q.shape.length));
    CHECK(decode.y_sha256 == prefill.y_sha256);
    CHECK(decode.h_last_sha256 == prefill.h_last_sha256);
    CHECK_FALSE(
        first_difference(prefill, decode, q.shape, q.options.reverse, compared_counters::saturations));
  }
}

TEST_CASE("scan_driver hls the batches of one run equal runs of their own", "[property][hls]") {
  const uint64_t seed = 161803;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20; ++i) {
    const design_point p = test::random_low_point(random);
    generate_request r = test::random_request(random, p.max_states);
    r.batch = 3;
    const quantised_scan q = test::random_integers(r, widths_of(p), random);
    const scan_result all = run_hls(q, p);
    std::vector<int32_t> y, h;
    for (int64_t batch = 0; batch < 3; ++batch) {
      const scan_result part = run_hls(one_batch(q, batch), p);
      y.insert(y.end(), part.y.begin(), part.y.end());
      h.insert(h.end(), part.h_last.begin(), part.h_last.end());
    }
    CAPTURE(i);
    CHECK(all.y == y);
    CHECK(all.h_last == h);
  }
}

TEST_CASE("scan_driver hls traffic of a whole model layer is compulsory traffic", "[unit][hls]") {
  const design_point p = load_design_point("base", test::source_dir() + "/models/configs");
  generate_request r;
  r.shape = "mamba-130m", r.length = 256;
  const scan_tensors t = generate_scan(r);
  const quantised_scan q = quantise(t, calibrate(t, widths_of(p)));
  const scan_result result = run_hls(q, p);
  const uint64_t moved = result.counters[counter_index("dma", "dram_read_bytes")] +
                         result.counters[counter_index("dma", "dram_write_bytes")];
  CHECK(static_cast<double>(moved) <= 1.01 * static_cast<double>(result.compulsory_bytes));
  CHECK(moved >= result.compulsory_bytes);
  for (size_t i = 0; i < num_counters; ++i) {
    CAPTURE(counter_names[i].event);
    if (counter_names[i].event.starts_with("saturations_")) CHECK(result.counters[i] == 0);
  }
}

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

TEST_CASE("scan_driver driver refuses a device of another design point and scales of other widths",
          "[unit][driver]") {
  std::mt19937_64 random(3);
  const design_point p = test::random_low_point(random);
  design_point other = p;
  other.chunk_tokens *= 2;
  const auto device = make_hls_device(other);
  CHECK_THROWS_AS(scan_driver(*device, p), tool_error);

  generate_request r;
  r.channels = 3, r.states = 1, r.length = 2;
  quantised_scan q = test::random_integers(r, widths_of(p), random);
  q.scales.state_bits += 1;
  const auto matching = make_hls_device(p);
  scan_driver driver(*matching, p);
  CHECK_THROWS_WITH(driver.run(q), Catch::Contains("state_bits"));
}

}  // namespace scansim
