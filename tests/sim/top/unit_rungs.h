// One small machine with units on the rungs hls, systemc and rtl, with the same memory behind each. Contract:
// check_equal runs a list on all of them and compares status and memory, cycles and every counter between
// systemc and rtl; check_legal_run shows that the machines are whole. Catch2 checks of the caller's case.
#pragma once
#include <catch2/catch.hpp>
#include <memory>

#include "tests/sim/top/unit_lists.h"
#include "tests/support/rung_agreement.h"

namespace scansim::test {

inline machine_outcome run_units(device& machine, const std::vector<descriptor_image>& list) {
  std::memcpy(machine.memory().data() + unit_memory::descriptors, list.data(), list.size() * sizeof list[0]);
  return outcome_of(machine, {unit_memory::descriptors, static_cast<uint32_t>(list.size())});
}

class unit_rungs {
 public:
  unit_rungs(const std::string& memory_model, uint64_t seed, const memory_settings& settings = {})
      : point_(small_point(settings)), lists(point_, seed) {
    const device_options options{.memory_model = memory_model, .seed = seed, .wave_path = ""};
    devices_[0] = make_hls_device(point_);
    devices_[1] = make_systemc_device(point_, options);
    devices_[2] = make_rtl_device(point_, options);
    const std::vector<uint8_t> image = lists.image();
    for (const auto& device : devices_) {
      device->resize_memory(image.size());
      std::memcpy(device->memory().data(), image.data(), image.size());
    }
    CHECK(check_equal(lists.setup()) == csr::error_code::none);
    check_legal_run();
  }

  // The error code of the run, on every rung.
  csr::error_code check_equal(const std::vector<descriptor_image>& list) {
    const machine_outcome hls = run_units(*devices_[0], list), systemc = run_units(*devices_[1], list),
                          rtl = run_units(*devices_[2], list);
    check_status_and_counters(systemc, rtl);
    check_memory(systemc, rtl);
    CHECK(hls.status == rtl.status);
    check_memory(hls, rtl);
    return error_of(rtl);
  }

  // The whole scratch into memory, behind all that was written: makes what a list left there comparable.
  descriptor_image store_all() const {
    hls::transfer_descriptor d;
    d.store = d.fence = true;
    d.words = static_cast<uint16_t>(lists.shape.scratch_words), d.dram = unit_memory::stores;
    return encoded(d);
  }

  // Every unit once, and what it wrote into memory.
  void check_legal_run() {
    const uint16_t slice = static_cast<uint16_t>(lists.shape.scratch_words / 8);
    std::vector<descriptor_image> list = {encoded(lists.index_used(0)), encoded(lists.conv(1)),
                                          encoded(lists.norm(2)),
                                          lists.coin() ? encoded(lists.hadamard(3)) : encoded(lists.scan(3))};
    for (uint16_t slot = 0; slot < 4; ++slot) {
      hls::transfer_descriptor d = lists.store(slot);
      d.words = slice, d.scratch = static_cast<uint16_t>((4 + slot) * slice), d.newer = 0;
      list.push_back(encoded(d));
    }
    CHECK(check_equal(list) == csr::error_code::none);
  }

 private:
  static design_point small_point(const memory_settings& settings) {
    design_point point = small_units_point();
    point.memory_settings = settings;
    return point;
  }

  design_point point_;
  std::unique_ptr<device> devices_[3];

 public:
  unit_lists lists;
};

}  // namespace scansim::test
