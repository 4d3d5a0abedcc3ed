// units_values: operands and expectations of the tests of units: random bytes, little-endian values,
// scratch jobs, and a run whose trace must be the same in every order of processes. For design point
// block-tiny.
#pragma once
#include <catch2/catch.hpp>
#include <cstring>

#include "tests/sim/top/units_bench.h"
#include "tests/support/places.h"

namespace scansim::test {

using generator = std::mt19937_64;

inline constexpr int word = 16, half = 8;  // bytes, of tiny_point

inline design_point tiny_point() {
  return load_design_point("block-tiny", test::source_dir() + "/models/configs");
}

inline byte_vector random_bytes(size_t size, generator& random) {
  byte_vector bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}
inline int8_t s8(const byte_vector& bytes, int at) {
  return static_cast<int8_t>(bytes.at(static_cast<size_t>(at)));
}
template <class T>
T value_at(const byte_vector& bytes, int at) {
  T value;
  std::memcpy(&value, bytes.data() + at * static_cast<int>(sizeof value), sizeof value);
  return value;
}
template <class T>
void append(byte_vector& bytes, T value) {
  const auto* first = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof value);
}
// The trace must not depend on the order of processes.
inline stream_trace run_in_every_order(const std::function<stream_trace()>& body) {
  const stream_trace trace = forked_trace(body);
  for (uint64_t seed : {11, 12, 13}) {
    const stream_trace other = forked_trace([&] {
      schedule_noise::seed(seed);
      return body();
    });
    REQUIRE(other.outputs.at(0).seen == trace.outputs.at(0).seen);
    REQUIRE(other.outputs.at(0).entries == trace.outputs.at(0).entries);
    REQUIRE(other.counters == trace.counters);
  }
  return trace;
}
inline scratch_job region(int address, int n0, int s0, int n1 = 1, int s1 = 0, int n2 = 1, int s2 = 0) {
  return {.base = static_cast<uint16_t>(address), .n0 = n0, .s0 = s0, .n1 = n1, .s1 = s1, .n2 = n2, .s2 = s2};
}
inline scratch_job in_mode(scratch_job job, scratch_mode mode) {
  job.mode = mode;
  return job;
}

}  // namespace scansim::test
