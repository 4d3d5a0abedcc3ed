// ssm_nm_unrank against hls nm_unrank: every rank of every N of M, M in {4, 8, 16}, then ranks that are too
// large.
#include <catch2/catch.hpp>
#include <random>

#include "Vnm_unrank.h"
#include "hls/gemm/nm_format.h"
#include "tests/support/clocked.h"

namespace scansim::test {
namespace {

constexpr size_t unrank_latency = 8;

// One rank per cycle; compares what leaves with what entered 8 cycles before.
class unrank_stream {
 public:
  void feed(uint32_t rank, int n, int m) {
    uint8_t set[hls::max_nm_group] = {};
    hls::nm_unrank(rank, n, m, set);
    uint64_t packed = 0;
    for (int i = 0; i < n; ++i) packed |= uint64_t{set[i]} << 4 * i;
    expected_.push_back(packed);
    dut_.rank_i = static_cast<uint16_t>(rank);
    dut_.enable_i = 0xff;
    dut_.n_i = static_cast<uint8_t>(n);
    dut_.log2_m_i = m == 4 ? 0 : m == 8 ? 1 : 2;
    tick(dut_);
    if (expected_.size() < unrank_latency) return;
    CAPTURE(expected_.size());
    REQUIRE(dut_.positions_o == expected_[expected_.size() - unrank_latency]);
  }
  size_t compared() const { return expected_.size() - (unrank_latency - 1); }

 private:
  Vnm_unrank dut_;
  std::vector<uint64_t> expected_;
};

}  // namespace

TEST_CASE("nm_unrank rtl equals hls for every set of every pattern", "[leaf][rtl]") {
  unrank_stream stream;
  size_t sets = 0;
  for (const int m : {4, 8, 16})
    for (int n = 1; n <= m; ++n)
      for (uint32_t rank = 0; rank < hls::binomial(m, n); ++rank, ++sets) stream.feed(rank, n, m);
  for (size_t i = 0; i < unrank_latency; ++i) stream.feed(0, 1, 4);
  CHECK(sets == 15 + 255 + 65535);
  CHECK(stream.compared() > sets);
}

TEST_CASE("nm_unrank rtl equals hls for ranks that no set has, pattern changing every cycle", "[leaf][rtl]") {
  const unsigned seed = 9004;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  unrank_stream stream;
  for (int i = 0; i < 100000; ++i) {
    const int m = 4 << random() % 3;
    stream.feed(static_cast<uint32_t>(random() % 16384),
                1 + static_cast<int>(random() % static_cast<uint64_t>(m)), m);
  }
}

}  // namespace scansim::test
