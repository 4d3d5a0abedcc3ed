// The builds of word_steps.h, each in a source with instructions of its own.
#pragma once
#include "hls/scan/scan_serial.h"

namespace scansim {

inline constexpr int avx2_elements = 8, avx512_elements = 16, wide_avx512_elements = 8;

void word_steps_avx2(const hls::step_row<int8_t, int16_t>&, const hls::scan_constants&, uint64_t& saturated);
void word_steps_avx2(const hls::step_row<int16_t, int16_t>&, const hls::scan_constants&, uint64_t& saturated);
void word_steps_avx512(const hls::step_row<int8_t, int16_t>&, const hls::scan_constants&,
                       uint64_t& saturated);
void word_steps_avx512(const hls::step_row<int16_t, int16_t>&, const hls::scan_constants&,
                       uint64_t& saturated);
// {int16_t, int16_t}, {int8_t, int32_t}, {int16_t, int32_t}.
template <class Operand, class State>
void wide_word_steps_avx512(const hls::step_row<Operand, State>&, const hls::scan_constants&,
                            uint64_t& saturated);

}  // namespace scansim
