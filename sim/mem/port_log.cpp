#include "sim/mem/port_log.h"

#include <sys/mman.h>
#include <unistd.h>

#include "traces/system_failure.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

class writing_memory final : public memory_timing {
 public:
  writing_memory(std::unique_ptr<memory_timing> timing, int descriptor)
      : timing_(std::move(timing)), descriptor_(descriptor) {
    add({});
  }
  ~writing_memory() override { flush(); }

  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    const cycle_t handshake = timing_->read_address(command, valid, beat_valid);
    add({port_channel::read_address, command.beats, command.address, valid, handshake});
    return handshake;
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    const cycle_t handshake = timing_->write_address(command, valid);
    add({port_channel::write_address, command.beats, command.address, valid, handshake});
    return handshake;
  }
  cycle_t write_data(cycle_t valid) override {
    const cycle_t handshake = timing_->write_data(valid);
    add({port_channel::write_data, 1, 0, valid, handshake});
    return handshake;
  }
  cycle_t write_response(cycle_t last_data) override { return timing_->write_response(last_data); }
  memory_counters counters() const override { return timing_->counters(); }

 private:
  static constexpr size_t events_at_once = 4096;

  void add(const port_event& event) {
    pending_.push_back(event);
    if (pending_.size() == events_at_once) flush();
  }
  void flush() {
    if (!cut_ && write_all(descriptor_, pending_.data(), pending_.size() * sizeof(port_event)) != 0) {
      cut_ = true;
      mark_cut(descriptor_, sizeof(port_event));
    }
    pending_.clear();
  }

  std::unique_ptr<memory_timing> timing_;
  int descriptor_;
  bool cut_ = false;
  std::vector<port_event> pending_;
};

}  // namespace

port_log::port_log() : descriptor_(memfd_create("scansim-port-log", MFD_CLOEXEC)) {
  if (descriptor_ < 0) throw system_failure("cannot make a record of the memory port");
}

port_log::~port_log() { close(descriptor_); }

std::vector<port_event> port_log::events() const {
  const off_t bytes = lseek(descriptor_, 0, SEEK_END);
  if (bytes % static_cast<off_t>(sizeof(port_event)) != 0)
    throw cut_record(descriptor_, "a record of the memory port");
  std::vector<port_event> events(static_cast<size_t>(bytes) / sizeof(port_event));
  auto* to = reinterpret_cast<char*>(events.data());
  for (size_t done = 0; done < events.size() * sizeof(port_event);) {
    const ssize_t got =
        pread(descriptor_, to + done, events.size() * sizeof(port_event) - done, static_cast<off_t>(done));
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return events;
}

std::unique_ptr<memory_timing> logged_memory(std::unique_ptr<memory_timing> timing, int descriptor) {
  return std::make_unique<writing_memory>(std::move(timing), descriptor);
}

}  // namespace scansim
