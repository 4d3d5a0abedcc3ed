// The lanes of delta_softplus and gate_silu with AVX-512: 8 lanes a word, products in 64 bits, tables
// gathered.
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include "hls/scan/quantise_shift.h"
#include "sim/scan/lane_words.h"
#include "sim/scan/vector_words.h"

namespace scansim {
namespace {

using hls::word_cast;

[[gnu::always_inline]] inline unsigned_words_256 looked_up(const uint32_t* rows, unsigned_words_256 index) {
  const __m256i none = _mm256_setzero_si256();  // else a gather waits for what its register held
  return word_cast<unsigned_words_256>(_mm256_mmask_i32gather_epi32(
      none, 0xff, word_cast<__m256i>(index), reinterpret_cast<const int*>(rows), sizeof *rows));
}

// {base, slope} of a segment side by side, so that one gather fetches both.
struct softplus_pairs {
  uint32_t of[hls::softplus_segments][2];
};
constexpr softplus_pairs pairs_of_softplus() {
  softplus_pairs pairs{};
  for (uint32_t i = 0; i < hls::softplus_segments; ++i)
    pairs.of[i][0] = hls::softplus_pwl_base[i], pairs.of[i][1] = hls::softplus_pwl_slope[i];
  return pairs;
}
constexpr softplus_pairs softplus_table = pairs_of_softplus();

struct softplus_gathered {
  [[gnu::always_inline]] hls::softplus_line<unsigned_words_256> operator[](unsigned_words_256 at) const {
    const __m512i both = _mm512_mask_i32gather_epi64(_mm512_setzero_si512(), 0xff, word_cast<__m256i>(at),
                                                     softplus_table.of, sizeof softplus_table.of[0]);
    return {word_cast<unsigned_words_256>(_mm512_cvtepi64_epi32(both)),
            word_cast<unsigned_words_256>(_mm512_cvtepi64_epi32(_mm512_srli_epi64(both, 32)))};
  }
};

struct sigmoid_gathered {
  [[gnu::always_inline]] unsigned_words_256 operator[](unsigned_words_256 at) const {
    return looked_up(hls::sigmoid_pwl_table, at);
  }
};

[[gnu::always_inline]] inline words_256 load(const int8_t* from) {
  return word_cast<words_256>(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
}
[[gnu::always_inline]] inline words_256 load(const int16_t* from) {
  return word_cast<words_256>(_mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
}
[[gnu::always_inline]] inline wide_words_512 load(const int64_t* from) {
  return word_cast<wide_words_512>(_mm512_loadu_si512(from));
}
template <class Word>
[[gnu::always_inline]] inline void store(void* to, Word word) {
  if constexpr (sizeof(Word) == 64) {
    _mm512_storeu_si512(to, word_cast<__m512i>(word));
  } else {
    _mm256_storeu_si256(static_cast<__m256i*>(to), word_cast<__m256i>(word));
  }
}
[[gnu::always_inline]] inline void store(int16_t* to, words_256 word) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_cvtepi32_epi16(word_cast<__m256i>(word)));
}
[[gnu::always_inline]] inline void store(int8_t* to, words_256 word) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm256_cvtepi32_epi8(word_cast<__m256i>(word)));
}
[[gnu::always_inline]] inline uint64_t sum(wide_words_512 word) {
  return static_cast<uint64_t>(_mm512_reduce_add_epi64(word_cast<__m512i>(word)));
}
[[gnu::always_inline]] inline bool any(wide_words_512 word) {
  return _mm512_test_epi64_mask(word_cast<__m512i>(word), word_cast<__m512i>(word)) != 0;
}

template <bool Softplus, bool Plain, class Operand>
[[gnu::always_inline]] inline void delta_words_of(const delta_lanes_row<Operand>& row,
                                                  const lane_constants& constants,
                                                  hls::saturation_counts& saturations) {
  wide_words_512 delta_count{}, du_count{}, skip_count{};
  for (int lane = 0; lane < row.lanes; lane += lane_word_lanes) {
    const auto* at = reinterpret_cast<const __m256i*>(row.db + 2 * lane);
    const auto db = word_cast<words_256>(_mm256_loadu_si256(at));  // D above the bias, 16 bits each
    const hls::delta_words<words_256> one =
        hls::delta_of(load(row.delta + lane), load(row.u + lane), (db << 16) >> 16, db >> 16, Softplus,
                      constants, constants, Plain, softplus_gathered{});
    store(row.dt2 + lane, one.dt2);
    store(row.du + lane, one.du);
    store(row.skip + lane, one.skip);
    delta_count += one.clipped_delta, du_count += one.clipped_du, skip_count += one.clipped_skip;
  }
  if (!any(delta_count | du_count | skip_count)) return;  // as nearly always, which spares the sums
  saturations.delta += sum(delta_count);
  saturations.du += sum(du_count);
  saturations.skip += sum(skip_count);
}

template <hls::gate_kind Gate, class Operand, class Output>
[[gnu::always_inline]] inline void gate_words_of(const gate_lanes_row<Operand, Output>& row,
                                                 const lane_constants& constants,
                                                 hls::saturation_counts& saturations) {
  wide_words_512 v_count{}, y_count{};
  words_256 quant_count{};
  for (int lane = 0; lane < row.lanes; lane += lane_word_lanes) {
    words_256 z{};
    if constexpr (Gate != hls::gate_kind::none) z = load(row.z + lane);
    const hls::gate_words<words_256> one =
        hls::gate_of_words(load(row.acc + lane), load(row.skip + lane), z, Gate, constants,
                           8 * static_cast<int>(sizeof(Operand)), sigmoid_gathered{});
    words_256 y = one.y;
    if constexpr (sizeof(Output) == 1) y = hls::quantised(one.y, constants.quant, quant_count);
    store(row.y + lane, y);
    v_count += one.clipped_v, y_count += one.clipped_y;
  }
  const wide_words_512 quants = hls::word_types<words_256>::widen(quant_count);
  if (!any(v_count | y_count | quants)) return;
  saturations.v += sum(v_count);
  saturations.y += sum(y_count);
  saturations.quant += sum(quants);
}

}  // namespace

// The row is copied: no store to the results can change a copy.
template <class Operand>
void delta_lanes_by_words(const delta_lanes_row<Operand>& given, const lane_constants& constants,
                          hls::saturation_counts& saturations) {
  const delta_lanes_row<Operand> row = given;
  if (row.plain_drive && row.softplus) return delta_words_of<true, true>(row, constants, saturations);
  if (row.plain_drive) return delta_words_of<false, true>(row, constants, saturations);
  if (row.softplus) return delta_words_of<true, false>(row, constants, saturations);
  delta_words_of<false, false>(row, constants, saturations);
}

template <class Operand, class Output>
void gate_lanes_by_words(const gate_lanes_row<Operand, Output>& given, const lane_constants& constants,
                         hls::saturation_counts& saturations) {
  const gate_lanes_row<Operand, Output> row = given;
  if (row.gate == hls::gate_kind::silu)
    return gate_words_of<hls::gate_kind::silu>(row, constants, saturations);
  if (row.gate == hls::gate_kind::linear)
    return gate_words_of<hls::gate_kind::linear>(row, constants, saturations);
  gate_words_of<hls::gate_kind::none>(row, constants, saturations);
}

using counts = hls::saturation_counts;
template void delta_lanes_by_words(const delta_lanes_row<int8_t>&, const lane_constants&, counts&);
template void delta_lanes_by_words(const delta_lanes_row<int16_t>&, const lane_constants&, counts&);
template void gate_lanes_by_words(const gate_lanes_row<int8_t, int8_t>&, const lane_constants&, counts&);
template void gate_lanes_by_words(const gate_lanes_row<int8_t, int16_t>&, const lane_constants&, counts&);
template void gate_lanes_by_words(const gate_lanes_row<int16_t, int8_t>&, const lane_constants&, counts&);
template void gate_lanes_by_words(const gate_lanes_row<int16_t, int16_t>&, const lane_constants&, counts&);

}  // namespace scansim
#endif
