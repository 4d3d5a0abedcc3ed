#include "sim/gemm/gemm_lanes.h"

#include "sim/scan/word_steps.h"

namespace scansim {

void dense_lanes(const gemm_lane_beat& beat, int32_t* acc) {
  int8_t slots[max_gemm_depth];  // x in the order of the slots
  for (int i = 0; i < beat.n; ++i)
    for (int g = 0; g < beat.groups; ++g) slots[i * beat.groups + g] = beat.x[g * beat.m + i];
  for (int lane = 0; lane < beat.lanes; ++lane)
    acc[lane] += hls::dot_dense(slots, beat.w + lane * beat.depth, beat.n * beat.groups);
}

void nm_lanes(const gemm_lane_beat& beat, int32_t* acc) {
  for (int lane = 0; lane < beat.lanes; ++lane)
    acc[lane] += hls::dot_nm_slots(beat.x, beat.w + lane * beat.depth, beat.position + lane * beat.depth,
                                   beat.groups, beat.n, beat.m);
}

gemm_lanes select_dense_lanes(int lanes, int depth) {
  const bool quarters = depth == 4 || depth == 8 || depth == 16 || depth == 32;
  const auto whole_words = [&](int elements) { return quarters && lanes * depth % (4 * elements) == 0; };
#if defined(__x86_64__) && defined(__GNUC__)
  if (wide_vectors_present() && whole_words(16)) return dense_lanes_avx512;
  if (vector_unit_present() && whole_words(8)) return dense_lanes_avx2;
#endif
  return dense_lanes;
}

}  // namespace scansim
