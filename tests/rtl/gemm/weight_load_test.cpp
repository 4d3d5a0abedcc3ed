// 4-bit weights on their way into the rows of the weight memory: ssm_weight_w4 against hls for every weight
// and multiplier, ssm_weight_load against the stream's definition (sim/weight_groups.h) on random jobs of
// both formats with gaps between the beats, whole ones and ones that end anywhere.
#include <catch2/catch.hpp>
#include <random>

#include "Vweight_load_16x4.h"
#include "Vweight_load_32x8.h"
#include "Vweight_load_8x8.h"
#include "Vweight_w4.h"
#include "sim/weight_groups.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

using bytes = std::vector<uint8_t>;

struct job {
  bool w4 = false;
  bytes beats;
};

entry_words words_of(std::span<const uint8_t> from) {
  entry_writer words;
  for (const uint8_t byte : from) words.put(byte, 8);
  return words.words();
}

void append_bytes(const entry_words& words, bytes& to) {
  for (const uint32_t word : words)
    for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<uint8_t>(word >> shift));
}

// Groups of every length, or whole s8 rows; `cut`: the last beats are missing.
job random_job(std::mt19937_64& random, const weight_group_shape& shape, bool cut) {
  job j;
  j.w4 = random() % 3 != 0;
  const auto add_beats = [&](int count) {
    for (int i = 0; i < count * shape.word; ++i) j.beats.push_back(static_cast<uint8_t>(random()));
  };
  for (auto groups = random() % 3 + 1; groups > 0; --groups) {
    const int rows = 1 + static_cast<int>(random() % (random() % 4 == 0 ? hls::w4_most_rows : 5));
    const size_t first = j.beats.size();
    if (j.w4) add_beats(1), hls::set_w4_rows(j.beats.data() + first, rows);
    add_beats(rows * (j.w4 ? shape.row_beats() : shape.depth));
  }
  const size_t beats = j.beats.size() / static_cast<size_t>(shape.word);
  if (cut) j.beats.resize((1 + random() % beats) * static_cast<size_t>(shape.word));
  return j;
}

// Pairs of beats of s8 rows and beats of nibbles, each multiplied out; also those of a row cut short.
bytes pairs_of(const job& j, const weight_group_shape& shape) {
  const size_t word = static_cast<size_t>(shape.word);
  bytes out;
  if (!j.w4) {
    out.assign(j.beats.begin(),
               j.beats.begin() + static_cast<std::ptrdiff_t>(j.beats.size() / (2 * word) * 2 * word));
    return out;
  }
  // Filled up with zeros every row is whole; what the missing beats would make is taken off again.
  bytes filled = j.beats;
  filled.resize(j.beats.size() + word * static_cast<size_t>(hls::w4_most_rows * shape.row_beats() + 1), 0);
  const auto count = static_cast<int64_t>(j.beats.size() / word);
  for_each_w4_row(filled, shape, [&](const uint8_t* multipliers, const uint8_t* nibbles, int64_t last) {
    const int64_t present = std::min<int64_t>(count - (last + 1 - shape.row_beats()), shape.row_beats());
    bytes row;
    append_expanded(multipliers, nibbles, shape, row);
    if (present > 0) out.insert(out.end(), row.begin(), row.begin() + present * 2 * shape.word);
  });
  return out;
}

template <class Dut>
void check_load(const weight_group_shape& shape, unsigned seed) {
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Dut dut;
  dut.valid_i = dut.w4_valid_i = dut.rst_ni = 0;
  tick(dut);
  dut.rst_ni = 1;
  for (int i = 0; i < 400; ++i) {
    const job j = random_job(random, shape, i % 4 == 3);
    CAPTURE(i, j.w4, j.beats.size());
    const size_t word = static_cast<size_t>(shape.word);
    bytes got;
    size_t expanded = 0;
    for (size_t at = 0; at < j.beats.size();) {
      const bool present = random() % 4 != 0;
      dut.valid_i = present && !j.w4, dut.w4_valid_i = present && j.w4;
      dut.last_i = random() % 2;  // of no interest without a beat
      if (present) {
        write_port(dut.beat_i, words_of(std::span(j.beats).subspan(at, word)));
        at += word;
        dut.last_i = at == j.beats.size();
      }
      dut.eval();
      if (dut.pair_valid_o) append_bytes(read_port(dut.pair_o), got);
      expanded += dut.expand_o;
      tick(dut);
    }
    dut.valid_i = dut.w4_valid_i = 0;
    REQUIRE(got == pairs_of(j, shape));
    REQUIRE(expanded == (j.w4 ? got.size() / (2 * word) : 0));
  }
}

}  // namespace

TEST_CASE("weight_w4 rtl equals hls for every weight and every multiplier", "[leaf][rtl]") {
  Vweight_w4 dut;
  for (int w = 0; w < 16; ++w) {
    for (int m = 0; m < 1 << hls::w4_multiplier_bits; ++m) {
      dut.w_i = static_cast<uint8_t>(w), dut.m_i = static_cast<uint8_t>(m);
      dut.eval();
      CAPTURE(w, m);
      REQUIRE(static_cast<int8_t>(dut.w_o) == hls::expand_w4(hls::unpack_w4(static_cast<uint8_t>(w), 0), m));
    }
  }
}

TEST_CASE("weight_load rtl makes the rows that the groups stand for", "[leaf][rtl]") {
  check_load<Vweight_load_16x4>({16, 4}, 9101);
  check_load<Vweight_load_32x8>({32, 8}, 9102);
  check_load<Vweight_load_8x8>({8, 8}, 9103);  // as many slots as lanes
}

}  // namespace scansim::test
