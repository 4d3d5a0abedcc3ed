#include "sim/mem/dma_burst.h"

#include <cstring>

#include "sim/weight_groups.h"
#include "traces/input_error.h"

namespace scansim {

dma_burst::dma_burst(std::string name, const machine_shape& shape, const dma_ports& ports)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(ports),
      write_queue_(write_burst_depth),
      written_(open_writes),
      responses_(open_writes),
      read_ends_(shape.read_outstanding) {
  add_process(&dma_burst::command_process);
  add_process(&dma_burst::data_process);
}

void dma_burst::begin(std::span<uint8_t> image, memory_timing& memory) {
  image_ = image;
  memory_ = &memory;
  write_queue_.reset();
  written_.reset();
  responses_.reset();
  read_ends_.reset();
  writes_issued_ = 0;
  last_pop_ = last_read_ = last_response_ = -1;
  read_beats_ = write_beats_ = expansions_ = 0;
  restart();
}

void dma_burst::command_process() {
  while (!ports_.jobs.ended()) {
    const cycle_t visible = ports_.jobs.front_time();
    const dma_job job = ports_.jobs.front();
    if (job.kind == job_kind::ht || job.kind == job_kind::y || job.kind == job_kind::store)
      write_job(job, visible);
    else
      read_job(job, visible);
    last_pop_ = stalls_.next() - 1;
    ports_.jobs.pop(last_pop_);
  }
  write_queue_.close();
}

operand_buffer& dma_burst::operand_target(const dma_job& job) const {
  switch (job.kind) {
    case job_kind::a:
      return ports_.set_a;
    case job_kind::db:
      return ports_.set_db;
    case job_kind::b:
      return ports_.b;
    case job_kind::c:
      return ports_.c;
    case job_kind::u:
      return ports_.u;
    case job_kind::delta:
      return ports_.delta;
    case job_kind::h0:
      return ports_.h0;
    case job_kind::params:
      return ports_.block.weight_slots.slots;
    case job_kind::index:
      return ports_.block.index_beats;
    case job_kind::load:
      return ports_.block.load;
    default:
      return ports_.z;
  }
}

// The memory whose rows the job appends; nullptr: it fills a slot of a buffer.
parameter_memory* dma_burst::parameter_target(const dma_job& job) const {
  switch (job.kind) {
    case job_kind::a:
      return job.of_set ? nullptr : &ports_.a;
    case job_kind::db:
      return job.of_set ? nullptr : &ports_.db;
    case job_kind::b:
      return job.of_set ? &ports_.set_b : nullptr;
    case job_kind::c:
      return job.of_set ? &ports_.set_c : nullptr;
    case job_kind::list:
      return &ports_.list;
    case job_kind::params:
      return job.to_slot ? nullptr : &ports_.block.memories[job.memory];
    default:
      return nullptr;
  }
}

int dma_burst::parameter_rows(const dma_job& job) const {
  if (job.kind != job_kind::params) return job.rows;
  return static_cast<int>(job.beats * shape_.axi_bytes / ports_.block.memories[job.memory].row_bytes());
}

result_buffer& dma_burst::write_source(job_kind kind) const {
  if (kind == job_kind::store) return ports_.block.store;
  return kind == job_kind::y ? ports_.y : ports_.ht;
}

void dma_burst::read_job(const dma_job& job, cycle_t visible) {
  if (job.kind == job_kind::descriptor) {
    stage(job, visible, 0, true);
    for (size_t at = 0; at < staging_bytes_.size(); at += hls::descriptor_bytes) {
      fetched_descriptor& target = ports_.descriptors.back();
      std::memcpy(target.words, staging_bytes_.data() + at, sizeof target.words);
      const size_t end = at + hls::descriptor_bytes - 1;
      ports_.descriptors.push(staging_handshakes_[end / static_cast<size_t>(shape_.axi_bytes)] + 1);
    }
  } else if (job.to_slot && job.w4) {
    fill_expanded_slot(job, visible, operand_target(job));
  } else if (parameter_memory* const rows = parameter_target(job)) {
    append_rows(job, visible, *rows);
  } else {
    fill_slot(job, visible, operand_target(job));
  }
}

void dma_burst::append_rows(const dma_job& job, cycle_t visible, parameter_memory& target) {
  stage(job, visible, 0, job.w4 || target.values());
  if (job.w4) {
    const expanded_rows rows = expand(target.values());
    target.append(rows.count, rows.bytes.data(), rows.handshakes);
  } else {
    target.append(parameter_rows(job), staging_bytes_.data(), staging_handshakes_);
  }
}

void dma_burst::fill_slot(const dma_job& job, cycle_t visible, operand_buffer& target) {
  const cycle_t drained = job.drain ? responses_.at(writes_issued_ - 1) + 1 : 0;
  const cycle_t start = std::max(target.free_time(), drained);
  operand_slot& slot = target.filling();
  slot.set_beats(job.beats);
  read_bursts(job, visible, start, values() ? slot.bytes() : nullptr, slot.handshakes());
  target.publish();
}

// A job that does not go to a slot of a buffer as it is; `bytes`: somebody looks at them.
void dma_burst::stage(const dma_job& job, cycle_t visible, cycle_t start, bool bytes) {
  staging_handshakes_.resize(static_cast<size_t>(job.beats));
  if (bytes) staging_bytes_.resize(static_cast<size_t>(job.beats * shape_.axi_bytes));
  read_bursts(job, visible, start, bytes ? staging_bytes_.data() : nullptr, staging_handshakes_);
}

// Two beats of a row come out of each beat of nibbles, in its cycle. How many rows a group has stands in its
// first beat.
dma_burst::expanded_rows dma_burst::expand(bool bytes) {
  const weight_group_shape shape{shape_.axi_bytes, shape_.gemm_depth};
  expanded_rows rows;
  for_each_w4_row(staging_bytes_, shape,
                  [&](const uint8_t* multipliers, const uint8_t* nibbles, int64_t last) {
                    ++rows.count;
                    if (bytes) append_expanded(multipliers, nibbles, shape, rows.bytes);
                    for (int64_t beat = 0; beat < shape.depth; ++beat)
                      rows.handshakes.push_back(
                          staging_handshakes_[static_cast<size_t>(last - (shape.depth - 1 - beat) / 2)]);
                  });
  expansions_ += static_cast<uint64_t>(rows.count) * shape.row_bytes();
  return rows;
}

void dma_burst::fill_expanded_slot(const dma_job& job, cycle_t visible, operand_buffer& target) {
  stage(job, visible, target.free_time(), true);
  operand_slot& slot = target.filling();
  const expanded_rows rows = expand(values());
  slot.set_beats(static_cast<int64_t>(rows.handshakes.size()));
  std::copy(rows.handshakes.begin(), rows.handshakes.end(), slot.handshakes().begin());
  if (values()) std::copy(rows.bytes.begin(), rows.bytes.end(), slot.bytes());
  target.publish();
}

void dma_burst::read_bursts(const dma_job& job, cycle_t visible, cycle_t start, uint8_t* bytes,
                            std::span<cycle_t> handshakes) {
  uint64_t address = job.address;
  for (int64_t done = 0; done < job.beats;) {
    const int beats = burst_beats(address, job.beats - done);
    const auto size = static_cast<uint64_t>(beats) * static_cast<uint64_t>(shape_.axi_bytes);
    const cycle_t outstanding = read_ends_.at(read_ends_.count() - shape_.read_outstanding) + 1;
    const cycle_t valid = latest(stalls_.next(), visible, start, outstanding);
    check_range({address, address + size});
    const auto times = handshakes.subspan(static_cast<size_t>(done), static_cast<size_t>(beats));
    const cycle_t accepted = memory_->read_address({address, beats}, valid, times);
    stalls_.issue(visible, valid, accepted);
    last_read_ = times.back();
    read_ends_.record(last_read_);
    if (bytes) copy_from_memory({address, address + size}, bytes + done * shape_.axi_bytes);
    read_beats_ += static_cast<uint64_t>(beats);
    address += size;
    done += beats;
  }
}

void dma_burst::write_job(const dma_job& job, cycle_t visible) {
  result_buffer& source = write_source(job.kind);
  const cycle_t complete = source.done_time();
  const int64_t tile = source.take();
  uint64_t address = job.address;
  for (int64_t done = 0; done < job.beats;) {
    const int beats = burst_beats(address, job.beats - done);
    const auto size = static_cast<uint64_t>(beats) * static_cast<uint64_t>(shape_.axi_bytes);
    const cycle_t valid = latest(stalls_.next(), visible, complete, write_queue_.credit_time());
    check_range({address, address + size});
    const cycle_t accepted = memory_->write_address({address, beats}, valid);
    stalls_.issue(visible, valid, accepted);
    write_ranges_[static_cast<size_t>(writes_issued_++) % open_writes] = {address, address + size};
    write_queue_.back() = {&source, tile, done * shape_.axi_bytes, address, beats, done + beats == job.beats};
    write_queue_.push(accepted + 1);
    address += size;
    done += beats;
  }
}

void dma_burst::data_process() {
  cycle_t engine_free = 0;
  while (!write_queue_.ended()) {
    const cycle_t load = std::max(write_queue_.front_time(), engine_free);
    const write_burst burst = write_queue_.front();
    write_queue_.pop(load);
    cycle_t handshake = load;
    for (int beat = 0; beat < burst.beats; ++beat) handshake = memory_->write_data(handshake + 1);
    engine_free = handshake + 1;
    if (values())
      std::memcpy(image_.data() + burst.address, burst.source->tile(burst.tile) + burst.offset,
                  static_cast<size_t>(burst.beats) * static_cast<size_t>(shape_.axi_bytes));
    written_.record(handshake);
    if (burst.last) burst.source->release(handshake);
    write_beats_ += static_cast<uint64_t>(burst.beats);
    last_response_ = memory_->write_response(handshake);
    responses_.record(last_response_);
  }
}

void dma_burst::copy_from_memory(const byte_range& range, uint8_t* bytes) {
  for (int64_t i = written_.count(); i < writes_issued_; ++i) {
    const byte_range& write = write_ranges_[static_cast<size_t>(i) % open_writes];
    if (write.first < range.end && range.first < write.end) written_.at(i);
  }
  std::memcpy(bytes, image_.data() + range.first, range.end - range.first);
}

int dma_burst::burst_beats(uint64_t address, int64_t beats_left) const {
  const auto in_page = static_cast<int64_t>((burst_page_bytes - address % burst_page_bytes) /
                                            static_cast<uint64_t>(shape_.axi_bytes));
  return static_cast<int>(std::min({beats_left, in_page, int64_t{shape_.axi_max_burst}}));
}

void dma_burst::check_range(const byte_range& range) const {
  if (range.first % static_cast<uint64_t>(shape_.axi_bytes) != 0)
    throw tool_error("machine: burst at address " + std::to_string(range.first) +
                     " is not aligned to a beat");
  if (range.end > image_.size() || range.first >= range.end)
    throw tool_error("machine: burst at address " + std::to_string(range.first) +
                     " is outside the memory of " + std::to_string(image_.size()) + " bytes");
}

cycle_t dma_burst::drained() const { return std::max({last_pop_, last_read_, last_response_}) + 1; }

// A job is given up in front of a read job, or in front of one of the bursts of a write job: then the last
// one says where in the job.
void dma_burst::append_to(time_state& to) const {
  write_queue_.append_to(to, event_unit::any);
  if (write_queue_.pushed() > 0) {
    const write_burst& last = write_queue_.newest();
    to.add_value(last.offset), to.add_value(last.beats), to.add_value(last.last);
  }
  to.add_value(write_queue_.pushed() - write_queue_.popped());
  for (const time_line* line : {&written_, &responses_, &read_ends_}) line->append_to(to, event_unit::any);
  for (const cycle_t time : {last_pop_, last_read_, last_response_}) to.add_time(time);
  to.add_next(next_issue());
  if (written_.count() > 0) to.add_next(written_.newest() + 1);
}

block_counters dma_burst::counters(cycle_t cycles) {
  const auto bytes = static_cast<uint64_t>(shape_.axi_bytes);
  return with_stalls(stalls_, cycles,
                     {{"dram_read_bytes", bytes * read_beats_},
                      {"dram_write_bytes", bytes * write_beats_},
                      {"buffer_write_bits", 8 * bytes * read_beats_},
                      {"buffer_read_bits", 8 * bytes * write_beats_},
                      {"read_bursts", static_cast<uint64_t>(read_ends_.count())},
                      {"write_bursts", static_cast<uint64_t>(writes_issued_)}});
}

}  // namespace scansim
