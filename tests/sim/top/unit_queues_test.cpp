// Queues of the units that are full, on the shipped machine: jobs of one unit behind each other come faster
// than it does them, so that commands and rows of parameters wait; results of one unit wait behind those of
// another, down to its last queue. Random lists are too short for either (bins `queues`,
// tests/coverage/README.md). All rungs agree on memory, systemc and rtl on every counter.
#include <catch2/catch.hpp>

#include "tests/sim/top/unit_rungs.h"

namespace scansim {
namespace {

using hls::parameter_target;
using test::descriptor_image;
using test::encoded;

constexpr int jobs_in_row = 12;
constexpr uint64_t conv_rows = 0x2000, norm_rows = 0x12000, words_at = 0x13000, stored = 0x20000;
constexpr size_t memory_bytes = 0x40000;

// What is read lies in the lower half of the scratch, and no job writes there: none has a fence.
class queued_jobs {
 public:
  explicit queued_jobs(const std::string& memory_model)
      : point_(load_design_point("block-tiny", config_directory())), shape_(point_) {
    const device_options options{.memory_model = memory_model, .seed = 1, .wave_path = ""};
    devices_[0] = make_hls_device(point_);
    devices_[1] = make_systemc_device(point_, options);
    devices_[2] = make_rtl_device(point_, options);
    std::mt19937_64 random(52);
    std::vector<uint8_t> image = test::random_bytes(memory_bytes, random);
    for (uint64_t row = conv_rows; row < norm_rows; row += 16) {  // taps, bias, shift, align
      std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(row) + 6, 10, uint8_t{0});
      image[row + 9] = 8;
    }
    for (const auto& device : devices_) {
      device->resize_memory(memory_bytes);
      std::memcpy(device->memory().data(), image.data(), image.size());
    }
    run({params(parameter_target::conv, conv_rows, shape_.channel_words * 16),
         params(parameter_target::norm, norm_rows, 2 * shape_.channel_words), load(0), load(1)});
  }

  const machine_shape& shape() const { return shape_; }

  // Rows of `words` words: of two beats each.
  descriptor_image norm(int place, int words) const {
    hls::norm_descriptor d;
    d.tokens = u16(shape_.chunk_tokens), d.tiles = u16(words), d.shift = 4, d.eps_sum = 7;
    d.x = {0, u16(shape_.chunk_tokens)}, d.y = {target(place), u16(shape_.chunk_tokens)};
    return encoded(d);
  }
  descriptor_image conv(int place) const {
    hls::conv_descriptor d;
    d.tokens = u16(shape_.chunk_tokens), d.tiles = u16(shape_.channel_words), d.width = 4, d.shift_out = 4;
    d.x = {0, u16(shape_.chunk_tokens)}, d.u = {target(place), u16(shape_.chunk_tokens)};
    return encoded(d);
  }
  descriptor_image hadamard(int place, int log2_beats) const {
    hls::hadamard_descriptor d;
    d.tokens = u16(shape_.chunk_tokens), d.log2_beats = static_cast<uint8_t>(log2_beats);
    d.tiles = u16((1 << log2_beats) / 2), d.shift = 6;
    d.x = {0, u16(shape_.chunk_tokens)}, d.y = {target(place), u16(shape_.chunk_tokens)};
    return encoded(d);
  }
  descriptor_image positions(bool first) const {
    hls::params_descriptor d;
    d.clear = first, d.memory = parameter_target::index, d.dram = words_at;
    d.n = 1, d.log2_m = 1, d.log2_groups = 1, d.index_bits = 3;
    d.rows = u16(map_piece_words * 8 / 3 / 2), d.beats = u16((d.rows * 2 * 3 + 7) / 8);
    return encoded(d);
  }

  void run(std::vector<descriptor_image> list) {
    hls::transfer_descriptor all;
    all.store = all.fence = true;
    all.words = u16(shape_.scratch_words), all.dram = stored;
    list.push_back(encoded(all));
    const test::machine_outcome hls = test::run_units(*devices_[0], list),
                                systemc = test::run_units(*devices_[1], list),
                                rtl = test::run_units(*devices_[2], list);
    CHECK(test::error_of(rtl) == csr::error_code::none);
    test::check_status_and_counters(systemc, rtl);
    test::check_memory(systemc, rtl);
    test::check_memory(hls, rtl);
  }

 private:
  static constexpr int map_piece_words = 64;
  static uint16_t u16(int value) { return static_cast<uint16_t>(value); }
  uint16_t target(int place) const {
    return u16(shape_.scratch_words / 2 + place % 4 * shape_.scratch_words / 8);
  }
  descriptor_image params(parameter_target memory, uint64_t address, int beats) const {
    hls::params_descriptor d;
    d.clear = true, d.memory = memory, d.beats = u16(beats), d.dram = address;
    return encoded(d);
  }
  descriptor_image load(int half) const {
    hls::transfer_descriptor d;
    d.words = u16(shape_.scratch_words / 2), d.scratch = u16(half * shape_.scratch_words / 2),
    d.dram = words_at;
    return encoded(d);
  }

  design_point point_;
  machine_shape shape_;
  std::unique_ptr<device> devices_[3];
};

}  // namespace

TEST_CASE("unit_agreement jobs of one unit behind each other fill its queues", "[machine][systemc][rtl]") {
  queued_jobs jobs("ideal");
  for (int unit = 0; unit < 4; ++unit) {
    CAPTURE(unit);
    std::vector<descriptor_image> list;
    for (int job = 0; job < jobs_in_row; ++job)
      list.push_back(unit == 0   ? jobs.norm(job, jobs.shape().channel_words)
                     : unit == 1 ? jobs.conv(job)
                     : unit == 2 ? jobs.hadamard(job, 5)
                                 : jobs.positions(job == 0));
    jobs.run(list);
  }
}

TEST_CASE("unit_agreement results of a unit wait behind those of another", "[machine][systemc][rtl]") {
  queued_jobs jobs("ideal");
  for (int log2_beats = 3; log2_beats <= 5; ++log2_beats) {
    CAPTURE(log2_beats);
    // Short rows behind a rotation, which writes long after it has read; rotations behind rows that need all
    // their beats first, and behind a convolution.
    jobs.run({jobs.hadamard(0, log2_beats), jobs.norm(1, 1), jobs.norm(2, 1), jobs.norm(3, 1)});
    jobs.run({jobs.norm(0, jobs.shape().channel_words), jobs.hadamard(1, log2_beats), jobs.conv(2),
              jobs.hadamard(3, log2_beats)});
  }
}

}  // namespace scansim
