#include "sim/mem/tile_buffer.h"

#include <cstring>
#include <stdexcept>

namespace scansim {
namespace {

size_t beats(int64_t bytes, int axi_bytes) {
  return static_cast<size_t>((bytes + axi_bytes - 1) / axi_bytes);
}

}  // namespace

operand_slot::operand_slot(int64_t max_bytes, int axi_bytes, bool values)
    : bytes_(values ? beats(max_bytes, axi_bytes) * static_cast<size_t>(axi_bytes) : 0),
      handshakes_(beats(max_bytes, axi_bytes)),
      axi_shift_(std::countr_zero(static_cast<unsigned>(axi_bytes))) {}

operand_buffer::operand_buffer(int slots, int64_t max_bytes, int axi_bytes, bool values)
    : slots_(static_cast<size_t>(slots), operand_slot(max_bytes, axi_bytes, values)),
      published_(slots),
      releases_(2 * slots) {}

void operand_buffer::reset() {
  filled_ = opened_ = 0;
  published_.reset();
  releases_.reset();
}

void operand_buffer::append_to(time_state& to, event_unit unit) const {
  releases_.append_to(to, unit);
  to.add_count(filled_, unit);
  for (int64_t job = filled_ - 1; job >= std::max<int64_t>(0, filled_ - slot_count()); --job)
    for (const cycle_t handshake : slots_[slot_index(job)].job_handshakes()) to.add_time(handshake);
}

parameter_memory::parameter_memory(int rows, int64_t row_bytes, int axi_bytes, bool values)
    : row_bytes_(row_bytes),
      axi_bytes_(axi_bytes),
      rows_(rows),
      bytes_(values ? static_cast<size_t>(rows * row_bytes) : 0),
      readable_(rows) {}

void parameter_memory::restart() {
  const int64_t loaded = readable_.count();
  readable_.reset();
  for (int64_t i = 0; i < loaded; ++i) readable_.record(0);
}

void parameter_memory::append(int rows, const uint8_t* bytes, std::span<const cycle_t> handshakes) {
  const int64_t first = readable_.count() * row_bytes_;
  const int64_t size = rows * row_bytes_;
  if (readable_.count() + rows > rows_) throw std::logic_error("parameter_memory: more rows than it holds");
  if (values()) std::memcpy(bytes_.data() + first, bytes, static_cast<size_t>(size));
  for (int64_t end = row_bytes_; end <= size; end += row_bytes_)
    readable_.record(handshakes[static_cast<size_t>((end - 1) / axi_bytes_)] + 1);
}

result_buffer::result_buffer(int slots, int64_t max_bytes, int axi_bytes, bool values)
    : axi_bytes_(axi_bytes),
      slots_(static_cast<size_t>(slots),
             std::vector<uint8_t>(values ? beats(max_bytes, axi_bytes) * static_cast<size_t>(axi_bytes) : 0)),
      done_(slots),
      releases_(slots) {}

void result_buffer::complete(int64_t size, cycle_t done) {
  std::vector<uint8_t>& tile = slots_[slot_index(completed_)];
  if (!tile.empty())
    std::memset(tile.data() + size, 0,
                beats(size, axi_bytes_) * static_cast<size_t>(axi_bytes_) - static_cast<size_t>(size));
  ++completed_;
  done_.record(done);
}

void result_buffer::append_to(time_state& to, event_unit unit) const {
  done_.append_to(to, unit), releases_.append_to(to, unit);
  to.add_count(drained_, unit);
}

void result_buffer::reset() {
  completed_ = drained_ = 0;
  done_.reset();
  releases_.reset();
}

}  // namespace scansim
