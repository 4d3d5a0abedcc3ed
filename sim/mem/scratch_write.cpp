#include "sim/mem/scratch_write.h"

#include <cstring>

#include "traces/input_error.h"

namespace scansim {
namespace {

// Suspends until the next entry is known. A closed stream would give times of nothing.
template <class Entry>
cycle_t entry_time(timed_fifo<Entry>& fifo) {
  if (fifo.ended()) throw tool_error("scratch_write: a job waits for more than its unit sends");
  return fifo.front_time();
}

}  // namespace

scratch_write::scratch_write(std::string name, scratch_memory& memory, const ports& connected)
    : block_process(std::move(name)), memory_(memory), ports_(connected) {
  add_process(&scratch_write::process);
}

void scratch_write::begin() {
  scratch_words_ = z_words_ = 0;
  last_pop_ = -1;
  restart();
}

void scratch_write::process() {
  while (!ports_.jobs.ended()) {
    const cycle_t visible = ports_.jobs.front_time();
    const scratch_job& job = ports_.jobs.front();
    const cycle_t fence = fence_time(job, memory_.reads_complete);
    head at{job, scratch_walk(job, memory_.words), visible, fence, 0};
    run_job(at);
    last_pop_ = at.step;
    memory_.writes_complete.record(at.step + landing_cycles);
    ports_.jobs.pop(at.step);
  }
}

void scratch_write::run_job(head& at) {
  const int lanes = memory_.word_bytes;
  const auto bytes = static_cast<size_t>(memory_.word_bytes);
  switch (static_cast<scratch_source>(at.job.port)) {
    case scratch_source::gemm:
      return words_of_entries(at, ports_.gemm, [&](const gemm_row& y, int part, uint8_t* word) {
        pack_row(y, entry_words(at.job.mode), part, word);
      });
    case scratch_source::gemm_z:
      return to_z(at);
    case scratch_source::conv_u:
      return words_of_entries(at, ports_.conv_u, [&](const conv_row& u, int, uint8_t* word) {
        std::memcpy(word, u.value, bytes);
      });
    case scratch_source::conv_h:
      return words_of_entries(at, ports_.conv_h, [&](const conv_state& h, int part, uint8_t* word) {
        for (int lane = 0; lane < lanes; ++lane) word[lane] = static_cast<uint8_t>(h.value[lane][part]);
      });
    case scratch_source::norm:
      return pairs(at, ports_.norm);
    case scratch_source::hadamard:
      if (at.job.mode == scratch_mode::pair) return pairs(at, ports_.hadamard);
      return words_of_entries(at, ports_.hadamard, [&](const hadamard_beat& y, int, uint8_t* word) {
        std::memcpy(word, y.value, bytes);
      });
    case scratch_source::load:
      return from_load(at);
    case scratch_source::scan_y:
      return from_scan(at);
  }
}

void scratch_write::take(head& at, cycle_t operands, cycle_t place) {
  at.step = stalls_.issue(at.visible, std::max(at.fence, operands), place);
}

// Where the word of a step lands.
uint8_t* scratch_write::word_step(head& at, cycle_t operands) {
  if (at.job.scatter) operands = std::max(operands, ports_.scatter.row_time(at.walk.list_entry()));
  take(at, operands, 0);
  return land(at);
}

// nullptr without values.
uint8_t* scratch_write::land(head& at) {
  uint8_t* word = values() ? memory_.word(at.walk.address(list_value(at))) : nullptr;
  at.walk.next();
  ++scratch_words_;
  return word;
}

int scratch_write::list_value(const head& at) const {
  return at.job.scatter ? *ports_.scatter.row(at.walk.list_entry()) : 0;
}

template <class Entry, class Pack>
void scratch_write::words_of_entries(head& at, timed_fifo<Entry>& fifo, Pack pack) {
  const int words = entry_words(at.job.mode);
  while (!at.walk.done()) {
    const cycle_t visible = entry_time(fifo);
    for (int part = 0; part < words; ++part) {
      uint8_t* word = word_step(at, visible);
      if (word) pack(fifo.front(), part, word);
    }
    fifo.pop(at.step);
  }
}

// The low bytes of two entries in one word.
template <class Entry>
void scratch_write::pairs(head& at, timed_fifo<Entry>& fifo) {
  const int lanes = memory_.word_bytes / 2;
  uint8_t halves[max_norm_lanes * 2] = {};
  while (!at.walk.done()) {
    for (int half = 0; half < 2; ++half) {
      take(at, entry_time(fifo), 0);
      for (int lane = 0; lane < lanes; ++lane)
        halves[half * lanes + lane] = static_cast<uint8_t>(fifo.front().value[lane]);
      fifo.pop(at.step);
    }
    uint8_t* word = land(at);
    if (word) std::memcpy(word, halves, static_cast<size_t>(memory_.word_bytes));
  }
}

// Word `part` of a row over `words` words: as many low bytes of each value, little-endian.
void scratch_write::pack_row(const gemm_row& row, int words, int part, uint8_t* word) const {
  const int lanes = memory_.word_bytes / words;
  for (int lane = 0; lane < lanes; ++lane)
    std::memcpy(word + lane * words, &row.value[part * lanes + lane], static_cast<size_t>(words));
}

void scratch_write::to_z(head& at) {
  const cycle_t place = ports_.z.free_time();
  operand_slot& slot = ports_.z.filling();
  size_t beats = 0;
  for (; !at.walk.done(); at.walk.next()) {
    take(at, entry_time(ports_.gemm), place);
    if (values())
      pack_row(ports_.gemm.front(), 1, 0, slot.bytes() + beats * static_cast<size_t>(memory_.word_bytes));
    ports_.gemm.pop(at.step);
    slot.handshakes()[beats++] = at.step + landing_cycles;
    ++z_words_;
  }
  slot.set_beats(static_cast<int64_t>(beats));
  ports_.z.publish();
}

void scratch_write::from_load(head& at) {
  const auto bytes = static_cast<size_t>(memory_.word_bytes);
  const operand_slot& slot = ports_.load.open();
  for (int64_t end = memory_.word_bytes; !at.walk.done(); end += memory_.word_bytes) {
    uint8_t* word = word_step(at, slot.readable(end));
    if (word) std::memcpy(word, slot.bytes() + end - memory_.word_bytes, bytes);
  }
  ports_.load.release(at.step);
}

void scratch_write::from_scan(head& at) {
  const auto bytes = static_cast<size_t>(memory_.word_bytes);
  const cycle_t done = ports_.scan_y.done_time();
  const uint8_t* tile = ports_.scan_y.tile(ports_.scan_y.take());
  for (; !at.walk.done(); tile += memory_.word_bytes) {
    uint8_t* word = word_step(at, done);
    if (word) std::memcpy(word, tile, bytes);
  }
  ports_.scan_y.release(at.step);
}

block_counters scratch_write::counters(cycle_t cycles) {
  const uint64_t bits = 8 * static_cast<uint64_t>(memory_.word_bytes);
  return with_stalls(stalls_, cycles,
                     {{"scratch_write_bits", scratch_words_ * bits}, {"z_write_bits", z_words_ * bits}});
}

}  // namespace scansim
