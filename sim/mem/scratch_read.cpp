#include "sim/mem/scratch_read.h"

#include <cstring>

namespace scansim {

scratch_read::scratch_read(std::string name, scratch_memory& memory, const ports& connected)
    : block_process(std::move(name)), memory_(memory), ports_(connected) {
  add_process(&scratch_read::process);
}

void scratch_read::begin() {
  words_ = 0;
  last_pop_ = -1;
  restart();
}

void scratch_read::process() {
  while (!ports_.jobs.ended()) {
    const cycle_t visible = ports_.jobs.front_time();
    const scratch_job& job = ports_.jobs.front();
    const cycle_t fence = fence_time(job, memory_.writes_complete);
    head at{scratch_walk(job, memory_.words), job.mode, job.of_set, visible, fence, 0};
    run_job(job, at);
    last_pop_ = at.issue;
    memory_.reads_complete.record(at.issue);
    ports_.jobs.pop(at.issue);
  }
}

void scratch_read::run_job(const scratch_job& job, head& at) {
  const int lanes = memory_.word_bytes;
  const auto bytes = static_cast<size_t>(memory_.word_bytes);
  switch (static_cast<scratch_target>(job.port)) {
    case scratch_target::gemm_x:
      return to_buffer(at, ports_.gemm_x);
    case scratch_target::gemm_r:
      return to_fifo(at, ports_.gemm_r, 2, [&](const uint8_t* word, int part, gemm_row& r) {
        int16_t values[max_gemm_lanes / 2];
        std::memcpy(values, word, bytes);
        std::copy_n(values, lanes / 2, r.value + part * (lanes / 2));
      });
    case scratch_target::conv_x:
      return to_fifo(at, ports_.conv_x, 1,
                     [&](const uint8_t* word, int, conv_row& x) { std::memcpy(x.value, word, bytes); });
    case scratch_target::conv_s:
      return to_fifo(at, ports_.conv_s, 3, [&](const uint8_t* word, int part, conv_state& s) {
        for (int lane = 0; lane < lanes; ++lane) s.value[lane][part] = static_cast<int8_t>(word[lane]);
      });
    case scratch_target::norm_x:
      return to_fifo(at, ports_.norm_x, 1,
                     [&](const uint8_t* word, int, norm_beat& x) { std::memcpy(x.value, word, bytes); });
    case scratch_target::hadamard_x:
      return to_fifo(at, ports_.hadamard_x, 1,
                     [&](const uint8_t* word, int, hadamard_beat& x) { std::memcpy(x.value, word, bytes); });
    case scratch_target::store:
      return to_store(at);
    case scratch_target::u:
      return to_buffer(at, ports_.u);
    case scratch_target::delta:
      return to_buffer(at, ports_.delta);
    case scratch_target::b:
      return at.of_set ? to_rows(at, ports_.set_b) : to_buffer(at, ports_.b);
    case scratch_target::c:
      return at.of_set ? to_rows(at, ports_.set_c) : to_buffer(at, ports_.c);
    case scratch_target::z:
      return to_buffer(at, ports_.z);
  }
}

// nullptr without values.
const uint8_t* scratch_read::next_word(head& at, cycle_t place) {
  at.issue = stalls_.issue(at.visible, at.fence, place);
  ++words_;
  const uint8_t* word = values() ? memory_.word(at.walk.address(0)) : nullptr;
  at.walk.next();
  return word;
}

template <class Entry, class Unpack>
void scratch_read::to_fifo(head& at, timed_fifo<Entry>& fifo, int words, Unpack unpack) {
  while (!at.walk.done()) {
    const cycle_t place = fifo.credit_time();
    for (int part = 0; part < words; ++part) {
      const uint8_t* word = next_word(at, place);
      if (word) unpack(word, part, fifo.back());
    }
    fifo.push(at.issue + latency_cycles);
  }
}

void scratch_read::to_buffer(head& at, operand_buffer& buffer) {
  const cycle_t place = buffer.free_time();
  operand_slot& slot = buffer.filling();
  const auto handshakes = slot.handshakes();
  size_t beats = 0;
  while (!at.walk.done()) {
    fill_word(at, place, values() ? slot.bytes() + beats * static_cast<size_t>(memory_.word_bytes) : nullptr);
    handshakes[beats++] = at.issue + 1;
  }
  slot.set_beats(static_cast<int64_t>(beats));
  buffer.publish();
}

// Behind the rows of the sets before: there is always a place.
void scratch_read::to_rows(head& at, parameter_memory& memory) {
  const auto bytes = static_cast<size_t>(memory_.word_bytes);
  staging_bytes_.clear(), staging_handshakes_.clear();
  while (!at.walk.done()) {
    if (values()) staging_bytes_.resize(staging_bytes_.size() + bytes);
    fill_word(at, 0, values() ? staging_bytes_.data() + staging_bytes_.size() - bytes : nullptr);
    staging_handshakes_.push_back(at.issue + 1);
  }
  const auto size = static_cast<int64_t>(staging_handshakes_.size() * bytes);
  memory.append(static_cast<int>(size / memory.row_bytes()), staging_bytes_.data(), staging_handshakes_);
}

// A word of a buffer: one of the memory, or one half each of two.
void scratch_read::fill_word(head& at, cycle_t place, uint8_t* word) {
  const auto bytes = static_cast<size_t>(memory_.word_bytes), half = bytes / 2;
  const bool halves = at.mode == scratch_mode::half_low || at.mode == scratch_mode::half_high;
  const uint8_t* first = next_word(at, place);
  const uint8_t* second = halves && !at.walk.done() ? next_word(at, place) : nullptr;
  if (!word) return;
  if (!halves) {
    std::memcpy(word, first, bytes);
    return;
  }
  const size_t from = at.mode == scratch_mode::half_high ? half : 0;
  std::memset(word, 0, bytes);
  std::memcpy(word, first + from, half);
  if (second) std::memcpy(word + half, second + from, half);
}

void scratch_read::to_store(head& at) {
  const cycle_t place = ports_.store.place_time();
  uint8_t* tile = ports_.store.bytes();
  int64_t size = 0;
  for (; !at.walk.done(); size += memory_.word_bytes) {
    const uint8_t* word = next_word(at, place);
    if (word) std::memcpy(tile + size, word, static_cast<size_t>(memory_.word_bytes));
  }
  ports_.store.complete(size, at.issue + latency_cycles);
}

block_counters scratch_read::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles,
                     {{"scratch_read_bits", words_ * 8 * static_cast<uint64_t>(memory_.word_bytes)}});
}

}  // namespace scansim
