#include "tests/sim/top/units_bench.h"

#include <cstring>
#include <stdexcept>

namespace scansim::test {
namespace {

constexpr cycle_t drain_cycles = 3;  // a store tile's slot is free this long after it was done

int64_t tile_bytes(const machine_shape& shape, int64_t row) { return shape.tile_rows() * row; }
int64_t bc_bytes(const machine_shape& shape) {
  return shape.chunk_tokens * shape.max_passes() * shape.bc_row();
}

}  // namespace

units_bench::units_bench(const design_point& point)
    : block_process("bench"),
      shape(point),
      channels(shape),
      u(shape.tile_buffers, tile_bytes(shape, shape.operand_row()), shape.axi_bytes),
      delta(shape.tile_buffers, tile_bytes(shape, shape.operand_row()), shape.axi_bytes),
      b(2, bc_bytes(shape), shape.axi_bytes),
      c(2, bc_bytes(shape), shape.axi_bytes),
      z(shape.tile_buffers, tile_bytes(shape, shape.operand_row()), shape.axi_bytes),
      set_b(shape.set_bc_capacity(), shape.bc_row(), shape.axi_bytes),
      set_c(shape.set_bc_capacity(), shape.bc_row(), shape.axi_bytes),
      y(shape.tile_buffers, tile_bytes(shape, shape.output_row()), shape.axi_bytes),
      units_(host_, shape, channels, {u, delta, b, c, z, y, set_b, set_c}) {
  trace_.pushes.resize(1);
  trace_.outputs.resize(2);
  add_process(&units_bench::sequence);
  add_process(&units_bench::fill_load);
  add_process(&units_bench::fill_index);
  add_process(&units_bench::drain_store);
  add_process(&units_bench::run_scan);
}

void units_bench::parameters(hls::parameter_target target, const byte_vector& bytes, int rows, cycle_t from) {
  const std::vector<cycle_t> handshakes(bytes.size(), from - 1);
  channels.memory(target).append(rows, bytes.data(), handshakes);
}

void units_bench::append(std::vector<piece>& pieces, const byte_vector& bytes, cycle_t first) const {
  const auto most = static_cast<size_t>(piece_words * shape.axi_bytes);
  for (size_t from = 0; from < bytes.size(); from += most) {
    const size_t end = std::min(bytes.size(), from + most);
    pieces.push_back({byte_vector(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                                  bytes.begin() + static_cast<std::ptrdiff_t>(end)),
                      first});
  }
}

void units_bench::load(int address, const byte_vector& bytes, cycle_t first) {
  const size_t before = loads_.size();
  append(loads_, bytes, first);
  for (size_t i = before; i < loads_.size(); ++i) {
    const int words = static_cast<int>(loads_[i].bytes.size()) / shape.axi_bytes;
    write(scratch_source::load,
          {.fence = true, .count = reads_, .base = static_cast<uint16_t>(address), .n0 = words, .s0 = 1});
    address += words;
  }
}

void units_bench::index_bits(const byte_vector& bytes, cycle_t first) { append(index_pieces_, bytes, first); }

void units_bench::store(int address, int words, bool fence) {
  for (int done = 0; done < words; done += piece_words, ++stores_)
    read(scratch_target::store,
         {.base = static_cast<uint16_t>(address + done), .n0 = std::min(piece_words, words - done), .s0 = 1},
         fence && done == 0);
}

void units_bench::read(scratch_target target, scratch_job job, bool fence) {
  job.fence = fence;
  job.count = writes_;
  job.port = static_cast<uint8_t>(target);
  command(channels.reads, job);
  ++reads_;
}

void units_bench::write(scratch_source source, scratch_job job) {
  job.port = static_cast<uint8_t>(source);
  command(channels.writes, job);
  ++writes_;
}

void units_bench::command(const conv_command& conv, const parameter_rows& rows) {
  script_.push_back([this, conv, rows] { push_both(channels.conv, conv, channels.conv_rows, rows); });
}

void units_bench::command(const norm_command& norm, const parameter_rows& rows) {
  script_.push_back([this, norm, rows] { push_both(channels.norm, norm, channels.norm_rows, rows); });
}

void units_bench::sequence() {
  for (const auto& item : script_) item();
  channels.gemm.close(), channels.conv.close(), channels.conv_rows.close(), channels.norm.close();
  channels.norm_rows.close(), channels.hadamard.close(), channels.index.close();
  channels.reads.close(), channels.writes.close();
}

void units_bench::fill(operand_buffer& buffer, const std::vector<piece>& pieces) const {
  cycle_t next = 0;
  for (const piece& p : pieces) {
    next = std::max({next, p.first, buffer.free_time()});
    operand_slot& slot = buffer.filling();
    const auto beats = static_cast<int64_t>(p.bytes.size()) / shape.axi_bytes;
    slot.set_beats(beats);
    std::memcpy(slot.bytes(), p.bytes.data(), p.bytes.size());
    for (int64_t i = 0; i < beats; ++i) slot.handshakes()[static_cast<size_t>(i)] = next++;
    buffer.publish();
  }
}

void units_bench::fill_load() { fill(channels.load, loads_); }
void units_bench::fill_index() { fill(channels.index_beats, index_pieces_); }

void units_bench::drain_store() {
  for (int i = 0; i < stores_; ++i) {
    const cycle_t done = channels.store.done_time();
    const uint8_t* tile = channels.store.tile(channels.store.take());
    trace_.outputs[0].seen.push_back(done);
    trace_.outputs[0].entries.push_back(words_of(tile, int64_t{piece_words} * shape.axi_bytes));
    channels.store.release(done + drain_cycles);
  }
}

void units_bench::run_scan() {
  if (scan) scan();
}

void units_bench::note(const uint8_t* bytes, int64_t size) {
  trace_.outputs[1].entries.push_back(words_of(bytes, size));
}

stream_trace units_bench::run(cycle_t more_cycles) {
  units_.begin();
  host_.add(*this);
  host_.run();
  if (!units_.finished()) throw std::runtime_error("hangs: " + units_.waiting());
  trace_.cycles = units_.drained() + more_cycles;
  counter_values values{};
  units_.report(trace_.cycles, values);
  for (size_t i = first_unit_counter; i < num_counters; ++i)
    trace_.counters.emplace_back(
        std::string(counter_names[i].block) + "." + std::string(counter_names[i].event), values[i]);
  return trace_;
}

entry_words words_of(const uint8_t* bytes, int64_t size) {
  entry_words words(static_cast<size_t>(size) / sizeof(uint32_t));
  std::memcpy(words.data(), bytes, words.size() * sizeof(uint32_t));
  return words;
}

byte_vector stored_bytes(const stream_trace& trace) {
  byte_vector bytes;
  for (const entry_words& tile : trace.outputs.at(0).entries) {
    const auto* first = reinterpret_cast<const uint8_t*>(tile.data());
    bytes.insert(bytes.end(), first, first + tile.size() * sizeof(uint32_t));
  }
  return bytes;
}

}  // namespace scansim::test
