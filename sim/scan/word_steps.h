// The steps of a row by vectors: the states of a lane, or of several, are the elements of a word, and
// hls::next_state is instantiated on words. Bits are those of hls::lane_steps.
//   word_steps        16-bit states, operands of 1 or 2 bytes whose values fit a byte: 32 bits an element,
//   with
//                     AVX2 or AVX-512
//   wide_word_steps   any operands and states: 64 bits an element, with AVX-512
//   states a multiple of the elements: words of one lane; a divisor: words of elements / states lanes, whole
//   ones
#pragma once
#include "hls/scan/scan_serial.h"

namespace scansim {

template <class Operand, class State = int16_t>
using word_steps = void (*)(const hls::step_row<Operand, State>& row, const hls::scan_constants& constants,
                            uint64_t& saturated);

// nullptr where this processor has no vectors, or they do not divide the row. Operand: int8_t, int16_t.
template <class Operand>
word_steps<Operand> select_word_steps(int lanes, int states);
// {Operand, State}: {int16_t, int16_t}, {int8_t, int32_t}, {int16_t, int32_t}.
template <class Operand, class State>
word_steps<Operand, State> select_wide_word_steps(int lanes, int states);

// This processor has AVX2 and BMI2; and the AVX-512 of every server since 2017.
bool vector_unit_present();
bool wide_vectors_present();

}  // namespace scansim
