#include "sim/scan/word_steps.h"

#include "sim/scan/word_steps_builds.h"

namespace scansim {
namespace {

bool divides(int lanes, int states, int elements) {
  return states % elements == 0 || (elements % states == 0 && lanes * states % elements == 0);
}

}  // namespace

#if defined(__x86_64__) && defined(__GNUC__)
bool vector_unit_present() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }

bool wide_vectors_present() {
  return vector_unit_present() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

template <class Operand>
word_steps<Operand> select_word_steps(int lanes, int states) {
  if (wide_vectors_present() && divides(lanes, states, avx512_elements)) return word_steps_avx512;
  if (vector_unit_present() && divides(lanes, states, avx2_elements)) return word_steps_avx2;
  return nullptr;
}

template <class Operand, class State>
word_steps<Operand, State> select_wide_word_steps(int lanes, int states) {
  const bool words = wide_vectors_present() && divides(lanes, states, wide_avx512_elements);
  return words ? wide_word_steps_avx512<Operand, State> : nullptr;
}
#else
bool vector_unit_present() { return false; }
bool wide_vectors_present() { return false; }

template <class Operand>
word_steps<Operand> select_word_steps(int, int) {
  return nullptr;
}

template <class Operand, class State>
word_steps<Operand, State> select_wide_word_steps(int, int) {
  return nullptr;
}
#endif

template word_steps<int8_t> select_word_steps<int8_t>(int lanes, int states);
template word_steps<int16_t> select_word_steps<int16_t>(int lanes, int states);
template word_steps<int16_t, int16_t> select_wide_word_steps(int lanes, int states);
template word_steps<int8_t, int32_t> select_wide_word_steps(int lanes, int states);
template word_steps<int16_t, int32_t> select_wide_word_steps(int lanes, int states);

}  // namespace scansim
