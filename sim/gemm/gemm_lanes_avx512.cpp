#if defined(__x86_64__) && defined(__GNUC__)
#include "sim/gemm/gemm_lanes_words.h"
#include "sim/scan/vector_words.h"

namespace scansim {

void dense_lanes_avx512(const gemm_lane_beat& beat, int32_t* acc) { dense_words_of<words_512>(beat, acc); }

}  // namespace scansim
#endif
