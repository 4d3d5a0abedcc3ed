#include "sim/bins/port_bins.h"

#include <fmt/format.h>

#include <deque>

#include "models/configs/data_directory.h"

namespace scansim {
namespace {

constexpr int longest_burst = 256;  // of AXI
constexpr cycle_t few_cycles = 7;

std::string port_bin(const std::string& name) { return "axi/" + name; }

std::string latency_class(cycle_t late) { return late <= 0 ? "0" : late <= few_cycles ? "few" : "many"; }

class sampling_memory final : public memory_timing {
 public:
  sampling_memory(std::unique_ptr<memory_timing> timing, const design_point& point, bin_set& hit)
      : timing_(std::move(timing)), point_(point), hit_(hit) {}

  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    const cycle_t handshake = timing_->read_address(command, valid, beat_valid);
    see_command("read", command);
    see_stall("ar", handshake > valid);
    const auto beats = static_cast<size_t>(command.beats);
    while (!open_.empty() && open_.front() <= handshake) open_.pop_front();
    const auto most = static_cast<size_t>(point_.read_outstanding) - 1;
    see("read.open=" + std::string(open_.empty() ? "0" : open_.size() >= most ? "max" : "mid"));
    open_.push_back(beat_valid[beats - 1]);
    // A burst behind another waits for its beats, however fast the memory is.
    if (beat_valid[0] > last_beat_ + 1 || last_beat_ == 0)
      see("read.latency=" + latency_class(beat_valid[0] - handshake - 1));
    for (size_t i = 1; i < beats; ++i) see_stall("r", beat_valid[i] > beat_valid[i - 1] + 1);
    last_beat_ = beat_valid[beats - 1];
    return handshake;
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    const cycle_t handshake = timing_->write_address(command, valid);
    see_command("write", command);
    see_stall("aw", handshake > valid);
    return handshake;
  }
  cycle_t write_data(cycle_t valid) override {
    const cycle_t handshake = timing_->write_data(valid);
    see_stall("w", handshake > valid);
    return handshake;
  }
  cycle_t write_response(cycle_t last_data) override {
    const cycle_t response = timing_->write_response(last_data);
    see("write.latency=" + latency_class(response - last_data - 1));
    see_stall("b", response > last_data + 1);
    return response;
  }
  memory_counters counters() const override { return timing_->counters(); }

 private:
  void see(const std::string& name) { hit_.insert(port_bin(name)); }
  void see_stall(const char* channel, bool stalled) {
    if (stalled) see(fmt::format("{}.stalled", channel));
  }
  void see_command(const std::string& kind, const burst& command) {
    const bool longest = command.beats == point_.axi_max_burst;
    see(kind + ".beats=" + (command.beats == 1 ? "1" : longest ? "max" : "mid"));
    if (longest) see(kind + ".beats=max");
    if (command.beats == longest_burst) see(kind + ".beats=256");
    const uint64_t end = command.address + static_cast<uint64_t>(command.beats * point_.axi_bytes());
    if (!longest && end % burst_page_bytes == 0) see(kind + ".ends at a page");
  }

  std::unique_ptr<memory_timing> timing_;
  const design_point point_;
  bin_set& hit_;
  std::deque<cycle_t> open_;  // last beats of reads that are not in
  cycle_t last_beat_ = 0;
};

}  // namespace

bin_set port_bins() {
  bin_set bins;
  const auto add = [&](const std::string& name) { bins.insert(port_bin(name)); };
  for (const std::string kind : {"read", "write"}) {
    for (const char* beats : {"1", "mid", "max", "256"}) add(kind + ".beats=" + beats);
    add(kind + ".ends at a page");
    for (const char* late : {"0", "few", "many"}) add(kind + ".latency=" + late);
  }
  for (const char* open : {"0", "mid", "max"}) add(std::string("read.open=") + open);
  for (const char* channel : {"ar", "r", "aw", "w", "b"}) add(fmt::format("{}.stalled", channel));
  for (const std::string& model : memory_model_names()) {
    add("memory " + model);
    for (const auto& [name, count] :
         make_memory_timing(model, {.parameter_dir = memory_directory()})->counters())
      add("counts " + name);
  }
  return bins;
}

std::unique_ptr<memory_timing> sampled_memory(std::unique_ptr<memory_timing> timing,
                                              const design_point& point, bin_set& hit) {
  return std::make_unique<sampling_memory>(std::move(timing), point, hit);
}

void hit_memory(const std::string& model, const memory_counters& counters, bin_set& hit) {
  hit.insert(port_bin("memory " + model));
  for (const auto& [name, count] : counters)
    if (count > 0) hit.insert(port_bin("counts " + name));
}

}  // namespace scansim
