#include "sim/rungs/rtl_device.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "hls/map/counter_map.h"
#include "hls/map/csr_map.h"
#include "hls/map/depth_map.h"
#include "sim/bins/bin_sampler.h"
#include "sim/cosim/rtl_build.h"
#include "sim/cosim/rtl_machine.h"
#include "sim/rungs/activity_log.h"
#include "sim/rungs/device_memory.h"
#include "sim/rungs/rtl_activity.h"
#include "sim/rungs/stream_log.h"
#include "traces/file_name.h"

namespace scansim {
namespace {

// What the DMA keeps to (rtl/mem/ssm_dma_burst.sv): beside the bursts that wait for their data there is the
// one being sent.
axi_limits limits_of(const design_point& point) {
  return {point.axi_max_burst, static_cast<size_t>(point.read_outstanding), write_burst_depth + 1};
}

class rtl_device : public device {
 public:
  rtl_device(const design_point& point, const device_options& options, const progress_callback& progress)
      : progress_(progress),
        name_(shortened_name(std::filesystem::path(point.name).filename(), longest_file_name / 2)),
        kind_(options.build ? *options.build : rtl_kind_of_environment()),
        library_(built_rtl_library(point,
                                   default_rtl_build(options.waves_ready || !options.wave_path.empty(),
                                                     options.activity.log >= 0, kind_),
                                   progress)),
        recorder_(options.activity),
        bins_(sampler_of(point, options)),
        machine_(
            library_.path, point.axi_bytes(),
            [this, point, options] { return recorder_.port(seen(make_memory(point, options))); },
            options.wave_path, options.waves != cycle_window{}, options.seed, limits_of(point)),
        activity_(point, recorder_.activity()),
        log_(options.stream_log),
        streams_(point, log_),
        waves_(options.waves),
        has_waves_(!options.wave_path.empty()) {
    machine_.limit_cycles(options.most_cycles);
    record();
    if (recorder_.wanted())
      machine_.show([this](const scansim_rtl_activity& cycle) { activity_.add(cycle); });
    if (log_.wanted())
      machine_.listen([this](const scansim_rtl_beat& beat, cycle_t cycle) { streams_.tell(beat, cycle); });
  }

  ~rtl_device() override {
    if (bins_) machine_.each_bin([this](const std::string& bin, bool hit) { bins_->see_inside(bin, hit); });
    if (kind_ == rtl_kind::coverage) write_coverage();
  }

  std::string rung() const override { return "rtl"; }
  void resize_memory(size_t bytes) override {
    memory_.resize(bytes);
    machine_.set_memory(memory_);
  }
  std::span<uint8_t> memory() override { return memory_; }
  void write_csr(uint32_t address, uint32_t value) override {
    if (address == csr::control && (value & 1) != 0 && recorder_.wanted())
      recorder_.begin_start(), activity_.begin();
    if (address == csr::control && (value & 1) != 0) log_.begin_start();
    if (bins_) bins_->write_csr(address, value, memory_);
    machine_.write_csr(address, value);
  }
  uint32_t read_csr(uint32_t address) override {
    const uint32_t value = machine_.read_csr(address);
    if (bins_) bins_->read_csr(address, value);
    return value;
  }
  memory_counters memory_events() const override { return machine_.memory_events(); }
  void wait_done() override {
    machine_.run_until_idle(progress_);
    if (recorder_.wanted()) activity_.finish(), recorder_.end_start();
    log_.flush();
    if (bins_) bins_->done(memory_events());
    if (!has_window()) return;
    const uint32_t cycles = csr::counters + 8 * static_cast<uint32_t>(counter_index("machine", "cycles"));
    const uint64_t low = read_csr(cycles);
    cycles_before_ += low | uint64_t{read_csr(cycles + 4)} << 32;
    record();
  }
  std::optional<device_library> library() const override {
    return device_library{library_.sha256, library_.verilator};
  }
  std::optional<uint64_t> wave_time() const override {
    if (!has_waves_) return std::nullopt;
    return wave_step * machine_.start_tick();
  }

 private:
  // nullptr: nobody asked for bins.
  static std::unique_ptr<bin_sampler> sampler_of(const design_point& point, const device_options& options) {
    std::optional<bin_place> place = bin_place_of_environment();
    if (!place) return nullptr;
    return std::make_unique<bin_sampler>(point, options.memory_model, std::move(*place));
  }
  std::unique_ptr<memory_timing> seen(std::unique_ptr<memory_timing> timing) {
    return bins_ ? bins_->memory(std::move(timing)) : std::move(timing);
  }
  // A file of its own, however many machines write there. Without one the run is what it was.
  void write_coverage() {
    std::error_code failed;
    std::filesystem::create_directories(coverage_folder(), failed);
    std::string path = coverage_folder() + "/" + name_ + "-XXXXXX.dat";
    const int file = mkstemps(path.data(), 4);
    if (file < 0) return;
    close(file);
    machine_.write_coverage(path);
  }
  bool has_window() const { return has_waves_ && waves_ != cycle_window{}; }
  // The window in cycles of the next start; one that is over lies before cycle 0.
  void record() {
    if (!has_window()) return;
    const auto in_next = [&](uint64_t cycle) {
      return static_cast<cycle_t>(std::min(cycle, uint64_t{INT64_MAX})) -
             static_cast<cycle_t>(cycles_before_);
    };
    machine_.record_cycles(in_next(waves_.first), in_next(waves_.last));
  }

  progress_callback progress_;
  std::string name_;  // of the design point
  std::vector<uint8_t> memory_;
  rtl_kind kind_;
  rtl_library_build library_;
  activity_recorder recorder_;
  std::unique_ptr<bin_sampler> bins_;
  rtl_machine machine_;
  rtl_activity activity_;
  stream_writer log_;
  rtl_streams streams_;
  cycle_window waves_;
  bool has_waves_;
  uint64_t cycles_before_ = 0;  // of the starts that are over
};

}  // namespace

std::unique_ptr<device> make_rtl_device(const design_point& point, const device_options& options,
                                        const progress_callback& progress) {
  make_memory(point,
              options);  // a wrong name or parameter file is the user's: say so before minutes of building
  return std::make_unique<rtl_device>(point, options, progress);
}

std::unique_ptr<device> make_rtl_device(const design_point& point, const device_options& options) {
  return make_rtl_device(point, options, {});
}

}  // namespace scansim
