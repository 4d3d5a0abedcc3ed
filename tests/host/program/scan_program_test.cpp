// A scan as a program: the image and the runs are those of the driver's layout, packed; the books of bytes
// are those of the dma counters; the host's check takes it and refuses what the machine must not be given.
#include "host/program/scan/scan_program.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "host/program/check/program_check.h"
#include "host/program/program_driver.h"
#include "host/program/scan/pack_scan.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/device.h"
#include "tests/support/design_points.h"
#include "tests/support/places.h"
#include "tests/support/random_scans.h"
#include "tests/support/run_scan.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

quantised_scan random_scan(std::mt19937_64& random, const design_point& point, bool decode) {
  generate_request r = test::random_request(random, point.max_states);
  r.decode = decode;
  if (decode) r.length = std::min<int64_t>(r.length, 6);
  return test::random_integers(r, widths_of(point), random);
}

// The descriptor that the program's first run begins with, changed and put back.
template <class Change>
program with_first(const program& p, Change change) {
  program changed = p;
  uint32_t words[hls::descriptor_words];
  std::memcpy(words, p.image.data() + p.runs[0].address, sizeof words);
  hls::scan_descriptor d = hls::decode_descriptor(words);
  change(d);
  hls::encode_descriptor(d, words);
  std::memcpy(changed.image.data() + p.runs[0].address, words, sizeof words);
  return changed;
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

TEST_CASE("scan_program hls the books are the bytes that the machine moves", "[property][hls]") {
  const uint64_t seed = 55221;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    const design_point point = test::random_low_point(random);
    const quantised_scan scan = random_scan(random, point, i % 3 == 0);
    const program p = make_scan_program(scan, point);
    CAPTURE(i, scan.shape.channels, scan.shape.length, scan.shape.batch, scan.options.decode);
    CHECK(p.runs.size() == (scan.options.decode ? static_cast<size_t>(scan.shape.length) : 1));
    const program_result result = run_program(*make_hls_device(point), p, point);
    CHECK(read_bytes(p) == result.counters[counter_index("dma", "dram_read_bytes")]);
    CHECK(written_bytes(p) == result.counters[counter_index("dma", "dram_write_bytes")]);
    CHECK(compulsory_bytes(p) <= read_bytes(p) + written_bytes(p));
    for (const tensor_traffic& t : p.traffic) {
      CAPTURE(t.tensor);
      CHECK(t.compulsory_bytes <= t.read_bytes + t.written_bytes);
    }
  }
}

TEST_CASE("scan_program hls the check refuses what reads or writes where it must not", "[unit][hls]") {
  const design_point point = load_design_point("tiny", config_directory());
  generate_request request;
  request.channels = 12, request.states = 5, request.length = 50, request.batch = 2, request.with_h0 = true;
  const scan_tensors tensors = generate_scan(request);
  const program p = make_scan_program(quantise(tensors, calibrate(tensors, widths_of(point))), point);
  CHECK_NOTHROW(check_program(point, p));
  const auto refused = [&](const char* field, auto change) {
    CAPTURE(field);
    CHECK_THROWS_WITH(check_program(point, with_first(p, change)),
                      Catch::Contains(std::string("selective_scan: descriptor 0: ") + field));
  };
  const uint64_t end = p.image.size();
  refused("addr_u", [&](auto& d) { d.addr_u = end; });
  refused("addr_b", [&](auto& d) { d.addr_b = end - 8; });
  refused("addr_c", [&](auto& d) { d.addr_c += 1; });
  refused("addr_u", [&](auto& d) { d.stride_u += 4; });
  refused("addr_y", [&](auto& d) { d.stride_y = 1 << 30; });
  refused("addr_h0", [&](auto& d) { d.addr_h0 = end; });
  refused("addr_y", [&](auto& d) { d.addr_y = d.addr_u; });
  refused("addr_y", [&](auto& d) { d.addr_y = d.addr_h0; });
  refused("addr_y", [&](auto& d) { d.addr_y = p.runs[0].address; });
  refused("addr_ht", [&](auto& d) { d.addr_ht = d.addr_a; });
  refused("addr_ht", [&](auto& d) { d.addr_ht = d.addr_y; });
  refused("num_chunks", [&](auto& d) { d.num_chunks = 1u << 31; });
  refused("load_params", [&](auto& d) { d.load_params = false; });
  refused("passes", [&](auto& d) { d.passes = 0; });
  refused("chunk_tokens", [&](auto& d) { d.chunk_tokens = 0; });
}

TEST_CASE("scan_program hls decoding token by token equals one prefill", "[property][hls]") {
  const uint64_t seed = 271828;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 25; ++i) {
    const design_point p = test::random_low_point(random);
    quantised_scan q =
        test::random_integers(test::random_request(random, p.max_states), widths_of(p), random);
    const program_result prefill = test::run_scan_on_hls(p, q);
    q.options.decode = true;
    const program_result decode = test::run_scan_on_hls(p, q);
    CAPTURE(i, q.shape.length, q.options.reverse);
    CHECK(decode.outputs == prefill.outputs);
    for (size_t k = 0; k < num_counters; ++k) {
      CAPTURE(counter_names[k].event);
      if (counter_names[k].event.starts_with("saturations_"))
        CHECK(decode.counters[k] == prefill.counters[k]);
    }
  }
}

TEST_CASE("scan_program hls the batches of one run equal runs of their own", "[property][hls]") {
  const uint64_t seed = 161803;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20; ++i) {
    const design_point p = test::random_low_point(random);
    generate_request r = test::random_request(random, p.max_states);
    r.batch = 3;
    const quantised_scan q = test::random_integers(r, widths_of(p), random);
    const program_result all = test::run_scan_on_hls(p, q);
    std::vector<int32_t> y, h;
    for (int64_t batch = 0; batch < 3; ++batch) {
      const program_result part = test::run_scan_on_hls(p, one_batch(q, batch));
      y.insert(y.end(), part.output("y").begin(), part.output("y").end());
      h.insert(h.end(), part.output("h_last").begin(), part.output("h_last").end());
    }
    CAPTURE(i);
    CHECK(all.output("y") == y);
    CHECK(all.output("h_last") == h);
  }
}

TEST_CASE("scan_program hls traffic of a whole model layer is compulsory traffic", "[unit][hls]") {
  const design_point p = load_design_point("base", test::source_dir() + "/models/configs");
  generate_request r;
  r.shape = "mamba-130m", r.length = 256;
  const scan_tensors t = generate_scan(r);
  const quantised_scan q = quantise(t, calibrate(t, widths_of(p)));
  const program compiled = make_scan_program(q, p);
  const program_result result = run_program(*make_hls_device(p), compiled, p);
  const uint64_t moved = result.counters[counter_index("dma", "dram_read_bytes")] +
                         result.counters[counter_index("dma", "dram_write_bytes")];
  CHECK(static_cast<double>(moved) <= 1.01 * static_cast<double>(compulsory_bytes(compiled)));
  CHECK(moved >= compulsory_bytes(compiled));
  for (size_t i = 0; i < num_counters; ++i) {
    CAPTURE(counter_names[i].event);
    if (counter_names[i].event.starts_with("saturations_")) CHECK(result.counters[i] == 0);
  }
}

TEST_CASE("scan_program driver refuses a device of another design point and scales of other widths",
          "[unit][driver]") {
  std::mt19937_64 random(3);
  const design_point p = test::random_low_point(random);
  design_point other = p;
  other.chunk_tokens *= 2;
  const auto device = make_hls_device(other);
  generate_request r;
  r.channels = 3, r.states = 1, r.length = 2;
  quantised_scan q = test::random_integers(r, widths_of(p), random);
  CHECK_THROWS_AS(test::run_scan(*device, p, q), tool_error);
  q.scales.state_bits += 1;
  CHECK_THROWS_WITH(make_scan_program(q, p), Catch::Contains("state_bits"));
}

}  // namespace scansim
