#include "sim/rungs/activity_log.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "traces/system_failure.h"

namespace scansim {
namespace {

// What the system has no room for is missing at the end.
class log_writer {
 public:
  explicit log_writer(int descriptor) : descriptor_(descriptor) {}

  bool whole() const { return whole_; }
  void number(int64_t value) { append({reinterpret_cast<const uint8_t*>(&value), sizeof value}); }
  template <class Value>
  void all(const std::vector<Value>& values) {
    number(static_cast<int64_t>(values.size()));
    append({reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(Value)});
  }

 private:
  void append(std::span<const uint8_t> bytes) {
    while (whole_ && !bytes.empty()) {
      const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      whole_ = written > 0;
      if (whole_) bytes = bytes.subspan(static_cast<size_t>(written));
    }
  }

  int descriptor_;
  bool whole_ = true;
};

constexpr const char* cycles_record = "a record of the cycles";

class log_reader {
 public:
  explicit log_reader(int descriptor) : descriptor_(descriptor), end_(lseek(descriptor, 0, SEEK_END)) {}

  bool ended() const { return at_ >= end_; }
  int64_t number() {
    int64_t value = 0;
    take(&value, sizeof value);
    return value;
  }
  template <class Value>
  void all(std::vector<Value>& values) {
    const int64_t count = number();
    if (count > (end_ - at_) / static_cast<int64_t>(sizeof(Value)))
      throw cut_record(descriptor_, cycles_record);
    values.resize(static_cast<size_t>(count));
    take(values.data(), values.size() * sizeof(Value));
  }

 private:
  void take(void* to, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
      const ssize_t got = pread(descriptor_, static_cast<char*>(to) + done, bytes - done, at_);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) throw cut_record(descriptor_, cycles_record);
      done += static_cast<size_t>(got);
      at_ += got;
    }
  }

  int descriptor_;
  off_t at_ = 0, end_;
};

}  // namespace

activity_log::activity_log() : descriptor_(memfd_create("scansim-activity", MFD_CLOEXEC)) {
  if (descriptor_ < 0) throw system_failure("cannot make a record of the cycles");
}

activity_log::~activity_log() { close(descriptor_); }

std::vector<recorded_start> activity_log::starts(size_t count) const {
  std::vector<recorded_start> starts;
  for (log_reader reader(descriptor_); !reader.ended();) {
    recorded_start& start = starts.emplace_back();
    start.cycles = reader.number();
    start.first_cycle = reader.number();
    for (std::vector<uint8_t>& states : start.states) reader.all(states);
    reader.all(start.reads), reader.all(start.writes), reader.all(start.descriptors);
  }
  if (starts.size() != count) throw cut_record(descriptor_, cycles_record);
  return starts;
}

class activity_recorder::recorded_port final : public memory_timing {
 public:
  recorded_port(activity_recorder& to, std::unique_ptr<memory_timing> timing)
      : to_(to), timing_(std::move(timing)) {}

  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    const cycle_t accept = timing_->read_address(command, valid, beat_valid);
    to_.keep_read(
        {command.address, command.beats, accept, beat_valid[static_cast<size_t>(command.beats - 1)]});
    return accept;
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    const cycle_t accept = timing_->write_address(command, valid);
    to_.begin_write({command.address, command.beats, accept, accept});
    return accept;
  }
  cycle_t write_data(cycle_t valid) override { return timing_->write_data(valid); }
  cycle_t write_response(cycle_t last_data) override {
    const cycle_t response = timing_->write_response(last_data);
    to_.end_write(response);
    return response;
  }
  memory_counters counters() const override { return timing_->counters(); }
  bool append_state(time_state& to) const override { return timing_->append_state(to); }

 private:
  activity_recorder& to_;
  std::unique_ptr<memory_timing> timing_;
};

std::unique_ptr<memory_timing> activity_recorder::port(std::unique_ptr<memory_timing> timing) {
  if (!wanted()) return timing;
  return std::make_unique<recorded_port>(*this, std::move(timing));
}

bool activity_recorder::in_window(cycle_t first, cycle_t last) const {
  return last >= activity_.window.first && first <= activity_.window.last;
}

void activity_recorder::keep_read(const burst_span& read) {
  if (!in_window(read.first, read.last)) return;
  if (static_cast<int64_t>(activity_.reads.size()) <= activity_.window.most) activity_.reads.push_back(read);
}

void activity_recorder::begin_write(const burst_span& write) { open_writes_.push_back(write); }

// Responses come in the order of the commands.
void activity_recorder::end_write(cycle_t response) {
  burst_span write = open_writes_.front();
  open_writes_.pop_front();
  write.last = response;
  if (!in_window(write.first, write.last)) return;
  if (static_cast<int64_t>(activity_.writes.size()) <= activity_.window.most)
    activity_.writes.push_back(write);
}

void activity_recorder::begin_start() {
  if (!wanted()) return;
  const auto in_start = [this](uint64_t cycle) {
    return static_cast<cycle_t>(std::min(cycle, uint64_t{INT64_MAX})) - static_cast<cycle_t>(cycles_before_);
  };
  activity_.window = {std::max<cycle_t>(in_start(request_.window.first), 0), in_start(request_.window.last),
                      events_ > request_.most ? -1 : request_.most};
  activity_.reads.clear(), activity_.writes.clear(), activity_.descriptors.clear();
  open_writes_.clear();
}

void activity_recorder::end_start() {
  if (!wanted()) return;
  std::erase_if(activity_.descriptors,
                [this](const descriptor_span& span) { return !in_window(span.first, span.last); });
  if (activity_.window.most < 0) activity_.descriptors.clear();
  log_writer to(request_.log);
  to.number(activity_.cycles);
  to.number(activity_.window.first);
  for (const state_track& track : activity_.states) {
    to.all(track.bytes());
    events_ += track.events();
  }
  to.all(activity_.reads), to.all(activity_.writes), to.all(activity_.descriptors);
  if (!to.whole()) request_.log = -1;  // nothing may stand behind a hole
  events_ +=
      static_cast<int64_t>(activity_.reads.size() + activity_.writes.size() + activity_.descriptors.size());
  cycles_before_ += static_cast<uint64_t>(activity_.cycles);
}

}  // namespace scansim
