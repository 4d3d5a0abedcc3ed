#if defined(__x86_64__) && defined(__GNUC__)
#include "sim/gemm/gemm_lanes_words.h"
#include "sim/scan/vector_words.h"

namespace scansim {
namespace {

struct dense_512 {
  using words = words_512;
  template <int Quarters>
  [[gnu::always_inline]] static words repeated(const int8_t* x) {
    words index{};
    for (int i = 0; i < 16; ++i) index[i] = i % Quarters;
    const __m256i whole = _mm256_load_si256(reinterpret_cast<const __m256i*>(x));
    return __builtin_shuffle(hls::word_cast<words>(_mm512_castsi256_si512(whole)), index);
  }
  [[gnu::always_inline]] static words even(words a, words b) {
    return __builtin_shuffle(a, b, words{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30});
  }
  [[gnu::always_inline]] static words odd(words a, words b) {
    return __builtin_shuffle(a, b, words{1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31});
  }
};

}  // namespace

void dense_lanes_avx512(const gemm_lane_beat& beat, int32_t* acc) { dense_words_of<dense_512>(beat, acc); }

}  // namespace scansim
#endif
