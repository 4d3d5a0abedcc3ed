#include "sim/rungs/stream_log.h"

#include <sys/mman.h>
#include <unistd.h>

#include "traces/system_failure.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

constexpr uint64_t most_log_bytes = 512u << 20;
constexpr size_t numbers_at_once = 1 << 15;
constexpr const char* streams_record = "a record of the streams";

// What a record begins with; behind it, of a beat: stream, cycle, row, count and as many values.
constexpr int64_t beat_enters = 0, beat_leaves = 1, new_start = 2, log_full = 3;

// Bits `first` upwards, at most 64.
int64_t bits_at(const scansim_rtl_beat& beat, int first, const beat_field& field) {
  uint64_t value = 0;
  for (int bit = 0; bit < field.bits; ++bit) {
    const int at = first + bit;
    if (at / 32 < beat.count) value |= uint64_t{beat.words[at / 32] >> at % 32 & 1u} << bit;
  }
  if (!field.is_signed) return static_cast<int64_t>(value);
  return static_cast<int64_t>(value << (64 - field.bits)) >> (64 - field.bits);
}

// False where a record ends inside an item.
bool take_records(std::span<const int64_t> numbers, stream_records& all) {
  constexpr size_t numbers_left = 2, numbers_entered = 4;  // behind the kind; and the values
  while (!numbers.empty()) {
    const int64_t kind = numbers.front();
    numbers = numbers.subspan(1);
    if (kind == new_start) all.starts.emplace_back();
    if (kind == log_full) all.whole = false;
    if (kind > beat_leaves) continue;
    if (all.starts.empty() || numbers.size() < (kind == beat_leaves ? numbers_left : numbers_entered))
      return false;
    stream_record& stream = all.starts.back().at(static_cast<size_t>(numbers[0]));
    if (kind == beat_leaves) {
      stream.left.push_back(numbers[1]);
      numbers = numbers.subspan(numbers_left);
      continue;
    }
    const int64_t cycle = numbers[1], row = numbers[2];
    const auto count = static_cast<size_t>(numbers[3]);
    numbers = numbers.subspan(numbers_entered);
    if (count > numbers.size()) return false;
    const auto values = numbers.first(count);
    stream.beats.push_back({cycle, static_cast<int>(row), {values.begin(), values.end()}});
    numbers = numbers.subspan(count);
  }
  return true;
}

}  // namespace

stream_log::stream_log() : descriptor_(memfd_create("scansim-stream-log", MFD_CLOEXEC)) {
  if (descriptor_ < 0) throw system_failure(std::string("cannot make ") + streams_record);
}

stream_log::~stream_log() { close(descriptor_); }

stream_records stream_log::records(size_t starts) const {
  const auto bytes = static_cast<size_t>(lseek(descriptor_, 0, SEEK_END));
  if (bytes % sizeof(int64_t) != 0) throw cut_record(descriptor_, streams_record);
  stream_records all;
  bool ends = true;
  if (bytes > 0) {
    void* mapped = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (mapped == MAP_FAILED) throw system_failure(std::string("cannot read ") + streams_record);
    ends = take_records({static_cast<const int64_t*>(mapped), bytes / sizeof(int64_t)}, all);
    munmap(mapped, bytes);
  }
  if (!ends || (all.whole && all.starts.size() != starts)) throw cut_record(descriptor_, streams_record);
  return all;
}

void stream_writer::add(std::initializer_list<int64_t> head, std::span<const int64_t> values) {
  if (!wanted() || written_ > most_log_bytes) return;
  pending_.insert(pending_.end(), head);
  pending_.insert(pending_.end(), values.begin(), values.end());
  written_ += sizeof(int64_t) * (head.size() + values.size());
  if (written_ > most_log_bytes) pending_.push_back(log_full);
  if (pending_.size() >= numbers_at_once) flush();
}

void stream_writer::flush() {
  if (!cut_ && write_all(descriptor_, pending_.data(), pending_.size() * sizeof(int64_t)) != 0) {
    cut_ = true;
    mark_cut(descriptor_, sizeof(int64_t));
  }
  pending_.clear();
}

void stream_writer::begin_start() { add({new_start}); }
void stream_writer::enter(machine_stream stream, cycle_t cycle, int row, std::span<const int64_t> values) {
  add({beat_enters, static_cast<int64_t>(stream), cycle, row, static_cast<int64_t>(values.size())}, values);
}
void stream_writer::leave(machine_stream stream, cycle_t cycle) {
  add({beat_leaves, static_cast<int64_t>(stream), cycle});
}

const rtl_streams::known_place& rtl_streams::at(const char* place) {
  const auto [found, is_new] = places_.try_emplace(place);
  if (!is_new) return found->second;
  std::string_view path = place;
  path.remove_suffix(path.size() - path.rfind('.'));  // of the watch
  found->second.stream = stream_at(path);
  if (found->second.stream) found->second.format = format_of(*found->second.stream, shape_);
  return found->second;
}

void rtl_streams::tell(const scansim_rtl_beat& beat, cycle_t cycle) {
  const auto& [stream, format] = at(beat.place);
  if (!stream) return;
  if (beat.enters == 0) return to_.leave(*stream, cycle);
  values_.clear();
  int first = 0;
  for (int lane = 0; lane < format.lanes; ++lane)
    for (const beat_field& field : format.fields) {
      values_.push_back(bits_at(beat, first, field));
      first += field.bits;
    }
  to_.enter(*stream, cycle, beat.row, values_);
}

}  // namespace scansim
