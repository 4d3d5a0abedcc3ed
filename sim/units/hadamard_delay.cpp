#include "sim/units/hadamard_delay.h"

#include <algorithm>

namespace scansim {

hadamard_delay::hadamard_delay(int index, timed_fifo<hadamard_tag>& in, timed_fifo<hadamard_tag>& out)
    : index_(index), delay_(1 << index), in_(in), out_(out) {}

void hadamard_delay::begin() {
  next_take_ = next_emit_ = 0;
  emptied_.assign(static_cast<size_t>(delay_), 0);
}

void hadamard_delay::process() {
  while (!in_.ended()) {
    if (in_.front().log2_beats > index_)
      butterflies();
    else
      pass();
  }
  out_.close();
}

void hadamard_delay::take(cycle_t time) {
  in_.pop(time);
  next_take_ = time + 1;
}

void hadamard_delay::emit(cycle_t time, const hadamard_tag& tag) {
  out_.back() = tag;
  out_.push(time + 1);
  next_emit_ = time + 1;
}

// Also the second half of a butterfly: taken and emitted in one cycle.
void hadamard_delay::pass() {
  const cycle_t visible = in_.front_time();
  const hadamard_tag tag = in_.front();
  const cycle_t time = std::max({next_take_, next_emit_, visible, out_.credit_time()});
  take(time);
  emit(time, tag);
}

void hadamard_delay::butterflies() {
  const hadamard_tag tag = in_.front();
  for (const cycle_t emptied : emptied_) take(std::max({next_take_, in_.front_time(), emptied}));
  for (int i = 0; i < delay_; ++i) pass();
  for (cycle_t& emptied : emptied_) {
    emptied = std::max(next_emit_, out_.credit_time());
    emit(emptied, tag);
  }
}

}  // namespace scansim
