#include "sim/rungs/hls_device.h"

#include <cstring>
#include <vector>

#include "hls/map/machine_map.h"
#include "models/configs/widths.h"
#include "sim/csr_file.h"
#include "sim/descriptor_check.h"
#include "sim/rungs/descriptor_events.h"
#include "sim/rungs/hls_set_records.h"
#include "sim/rungs/hls_unit_machine.h"
#include "sim/rungs/set_events.h"
#include "sim/stream/stall_counters.h"
#include "sim/unit_check.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

class hls_device final : public device {
 public:
  hls_device(const design_point& point, bool switching)
      : point_(point),
        shape_(point),
        registers_(parameter_csrs(point)),
        machine_{point.num_lanes, point.states_per_lane, point.interleave, point.axi_bytes(),
                 widths_of(point)} {
    if (point.state_bits <= 16) {
      narrow_ = std::make_unique_for_overwrite<narrow_memories>();
    } else {
      wide_ = std::make_unique_for_overwrite<wide_memories>();
    }
    if (switching) switching_ = std::make_unique<operand_switching>(machine_.w);
    if (point.has_units()) block_ = std::make_unique<hls_unit_machine>(point, switching_.get());
  }

  std::string rung() const override { return "hls"; }
  void resize_memory(size_t bytes) override { memory_.resize(bytes); }
  std::span<uint8_t> memory() override { return memory_; }
  void wait_done() override {}
  std::vector<switching_count> switching() const override {
    return switching_ ? named_switching(switching_->values()) : std::vector<switching_count>{};
  }

  void write_csr(uint32_t address, uint32_t value) override {
    if (registers_.write(address, value)) run();
  }
  uint32_t read_csr(uint32_t address) override { return registers_.read(address); }

 private:
  void run() {
    counters_.fill(0);
    saturations_ = {};
    if (switching_) switching_->restart();
    place_ = scan_place::none;
    records_ = {};
    if (block_) block_->start();
    csr::error_code error = csr::error_code::none;
    for (uint32_t i = 0; i < registers_.count() && error == csr::error_code::none; ++i) {
      const uint64_t address = registers_.first_descriptor() + uint64_t{i} * hls::descriptor_bytes;
      error = run_descriptor(address, registers_.count() - 1 - i);
    }
    store_saturations(saturations_);
    if (block_ && error == csr::error_code::none) block_->finish();
    leave_out_absent(point_, counters_);
    registers_.finish(error, counters_);
  }

  csr::error_code run_descriptor(uint64_t address, uint32_t descriptors_behind) {
    if (address > memory_.size() || memory_.size() - address < hls::descriptor_bytes) {
      throw tool_error("hls device: a descriptor outside memory, at byte " + std::to_string(address));
    }
    uint32_t words[hls::descriptor_words];
    std::memcpy(words, memory_.data() + address, sizeof words);
    if (!records_.due()) count_descriptors_read(address, 1, point_, counters_);
    const uint32_t opcode = map::opcode_of(words);
    if (records_.due() || (opcode == hls::descriptor_opcode_set && shape_.max_sets > 0))
      return take_record(words);
    if (opcode == hls::descriptor_opcode_scan) return take_scan(scan_of(words), address, descriptors_behind);
    const csr::error_code error = check_unit_descriptor(words, shape_);
    if (error == csr::error_code::none) block_->run(words, memory_, counters_);
    return error;
  }

  // A scan without sets runs at once.
  csr::error_code take_scan(const hls::scan_descriptor& d, uint64_t address, uint32_t descriptors_behind) {
    csr::error_code error = check_descriptor(hls::descriptor_opcode_scan, d, shape_, place_);
    if (error == csr::error_code::none && d.sets > 0)
      error = check_scan_of_sets(d, shape_, descriptors_behind);
    if (error != csr::error_code::none) return error;
    place_ = place_of(d);
    if (d.sets > 0) {
      records_.begin(d, address, shape_);
      count_descriptors_read(address + hls::descriptor_bytes, d.sets, point_, counters_);
    } else {
      run_scan(d, address);
    }
    return error;
  }

  // The last record starts the scan.
  csr::error_code take_record(const uint32_t (&words)[hls::descriptor_words]) {
    const csr::error_code error = records_.take(words, shape_);
    if (error == csr::error_code::none && !records_.due()) run_sets(records_.scan(), records_.address());
    return error;
  }

  // A machine without units has no flag but `local`, which it refuses; sets refuse these too.
  hls::scan_descriptor scan_of(const uint32_t (&words)[hls::descriptor_words]) const {
    hls::scan_descriptor d = hls::decode_descriptor(words);
    if (!block_ && d.sets == 0) d.resume = d.keep = d.z_gemm = d.fence = false;
    return d;
  }

  [[noreturn]] void refuse_addresses(uint64_t address) const {
    throw tool_error("hls device: the descriptor at byte " + std::to_string(address) +
                     " has an address outside memory or not on a whole beat");
  }

  void run_scan(const hls::scan_descriptor& d, uint64_t address) {
    if (!inside_memory(d, point_, memory_.size())) refuse_addresses(address);
    count_events(d, point_, counters_);
    if (block_) {
      block_->run_scan(d, memory_, machine_, *narrow_, counters_, saturations_);
    } else if (narrow_) {
      run_scan_on(*narrow_, d);
    } else {
      run_scan_on(*wide_, d);
    }
  }

  void run_sets(const set_scan& scan, uint64_t address) {
    if (!sets_inside_memory(scan, point_, memory_.size())) refuse_addresses(address);
    if (const std::optional<std::string> fault = row_outside_tile(scan, memory_))
      throw tool_error("hls device: the scan at byte " + std::to_string(address) + ", " + *fault +
                       "; the machine would wait for ever, or read what a tile before has left");
    count_set_events(scan, point_, memory_, counters_);
    if (block_) {
      block_->run_sets(scan, memory_, machine_, *narrow_, counters_, saturations_);
    } else if (narrow_) {
      run_sets_on(*narrow_, scan);
    } else {
      run_sets_on(*wide_, scan);
    }
  }

  template <class Memories>
  void run_scan_on(Memories& memories, const hls::scan_descriptor& d) {
    if (switching_)
      run_scan_counted(memory_.data(), d, machine_, memories, saturations_, *switching_);
    else
      run_scan_top(memory_.data(), d, machine_, memories, saturations_);
  }
  template <class Memories>
  void run_sets_on(Memories& memories, const set_scan& scan) {
    if (switching_)
      run_sets_counted(memory_.data(), scan, machine_, memories, saturations_, *switching_);
    else
      run_sets_top(memory_.data(), scan, machine_, memories, saturations_);
  }

  void store_saturations(const hls::saturation_counts& s) {
    counters_[counter_index("delta_softplus", "saturations_delta")] = s.delta;
    counters_[counter_index("delta_softplus", "saturations_du")] = s.du;
    counters_[counter_index("delta_softplus", "saturations_skip")] = s.skip;
    counters_[counter_index("scan_serial", "saturations_state")] = s.state;
    counters_[counter_index("gate_silu", "saturations_v")] = s.v;
    counters_[counter_index("gate_silu", "saturations_y")] = s.y;
    counters_[counter_index("gate_silu", "saturations_quant")] = s.quant;
  }

  const design_point point_;
  const machine_shape shape_;
  csr_file registers_;
  const hls::scan_machine machine_;
  std::unique_ptr<narrow_memories> narrow_;
  std::unique_ptr<wide_memories> wide_;
  std::unique_ptr<operand_switching> switching_;  // null: not counted
  std::unique_ptr<hls_unit_machine> block_;       // null on a machine without units
  // Of the run so far:
  scan_place place_ = scan_place::none;  // of its scans
  hls_set_records records_;
  hls::saturation_counts saturations_;
  counter_values counters_{};
  std::vector<uint8_t> memory_;
};

}  // namespace

std::unique_ptr<device> make_hls_device(const design_point& point, bool switching) {
  return std::make_unique<hls_device>(point, switching);
}

}  // namespace scansim
