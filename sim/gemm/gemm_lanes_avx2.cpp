#if defined(__x86_64__) && defined(__GNUC__)
#include "sim/gemm/gemm_lanes_words.h"
#include "sim/scan/vector_words.h"

namespace scansim {
namespace {

struct dense_256 {
  using words = words_256;
  template <int Quarters>
  [[gnu::always_inline]] static words repeated(const int8_t* x) {
    words index{};
    for (int i = 0; i < 8; ++i) index[i] = i % Quarters;
    words whole;
    std::memcpy(&whole, x, sizeof whole);
    return __builtin_shuffle(whole, index);
  }
  [[gnu::always_inline]] static words even(words a, words b) {
    return __builtin_shuffle(a, b, words{0, 2, 4, 6, 8, 10, 12, 14});
  }
  [[gnu::always_inline]] static words odd(words a, words b) {
    return __builtin_shuffle(a, b, words{1, 3, 5, 7, 9, 11, 13, 15});
  }
};

}  // namespace

void dense_lanes_avx2(const gemm_lane_beat& beat, int32_t* acc) { dense_words_of<dense_256>(beat, acc); }

}  // namespace scansim
#endif
