// Random descriptors of the units for a small machine whose parameter memories are full: each is legal and
// harmless on its own (reads of the scratch are fenced, what an operator writes lies in a part that no other
// descriptor of its list reads), so that lists of them may be cut and mixed at will. Contract:
// `resident_setup` ran first on the machine.
#pragma once
#include "sim/descriptor_check.h"
#include "sim/unit_check.h"
#include "tests/sim/rungs/device_bench.h"

namespace scansim::test {

// Two lanes of eight channels in turn, half a word of states: B and C share a word.
inline design_point small_units_point() {
  return load_design_point("block-tiny", config_directory(),
                           {"num_lanes=2", "interleave=8", "states_per_lane=8", "max_states=32",
                            "chunk_tokens=8", "state_capacity=512", "gemm_weight_rows=16", "gemm_x_words=32",
                            "scratch_words=2048", "channel_words=8"});
}

using descriptor_image = std::array<uint32_t, hls::descriptor_words>;

template <class Descriptor>
descriptor_image encoded(const Descriptor& d) {
  uint32_t words[hls::descriptor_words];
  hls::encode_descriptor(d, words);
  descriptor_image image;
  std::copy(std::begin(words), std::end(words), image.begin());
  return image;
}

// Addresses of memory: descriptors, random bytes that are loaded, one page per store.
struct unit_memory {
  static constexpr uint64_t descriptors = 0, loads = 0x1000, parameters = 0x11000, stores = 0x20000,
                            store_bytes = 0x1000;
  static constexpr size_t bytes = 0x30000;
};

class unit_lists {
 public:
  unit_lists(const design_point& point, uint64_t seed) : shape(point), random_(seed) {}
  const machine_shape shape;

  std::mt19937_64& random() { return random_; }
  int upto(int high) { return pick(random_, 1, high); }
  bool coin() { return pick(random_, 0, 1) != 0; }

  // Memory of the loads and of the parameter memories; `setup` fills the latter and the lower half of the
  // scratch.
  std::vector<uint8_t> image();
  std::vector<descriptor_image> setup();

  // `slot`: number of the descriptor in its list, 0..3.
  hls::transfer_descriptor load(int slot);
  hls::transfer_descriptor store(int slot);
  hls::params_descriptor params(hls::parameter_target memory);
  // All weight rows, those of the first groups out of 4 bits; the others in the same load, or in one of
  // either format behind it.
  std::vector<hls::params_descriptor> w4_weights();
  // A load of a slot of weights, not clearing, of at most half of the memory; its rows.
  struct slot_load {
    hls::params_descriptor load;
    int rows;
  };
  slot_load weight_slot();
  hls::params_descriptor position_slot(int rows);  // the same of the positions of products of 1:8
  hls::gemm_descriptor gemm(int slot);
  hls::conv_descriptor conv(int slot);
  hls::norm_descriptor norm(int slot);
  hls::hadamard_descriptor hadamard(int slot);
  hls::scan_descriptor scan(int slot);
  hls::gemm_descriptor index_used(int slot);  // a product that reads the last position row
  // One more, or those that belong together (parameter rows and the product that uses them in the same run, a
  // scan and the one that goes on from it, scans behind each other on chip, z and its scan): at most eight in
  // all.
  void add_any(std::vector<descriptor_image>& list);

 private:
  void add_params(std::vector<descriptor_image>& list);
  void add_gemm(std::vector<descriptor_image>& list);
  void add_resumed(std::vector<descriptor_image>& list);
  void add_banked(std::vector<descriptor_image>& list);
  void add_gated(std::vector<descriptor_image>& list);
  void add_scan(std::vector<descriptor_image>& list);
  int words_of(hls::parameter_target memory) const;  // beats that fill it
  uint64_t address_of(hls::parameter_target memory) const;
  uint8_t newer();
  int w4_beats(size_t groups) const;  // of the first groups of 4-bit weights
  uint64_t w4_address() const {
    return address_of(static_cast<hls::parameter_target>(hls::num_parameter_targets));
  }
  uint16_t source();  // in the lower half, far from its end
  uint16_t target(int slot) const { return u16(shape.scratch_words / 2 + slot * shape.scratch_words / 8); }

  std::mt19937_64 random_;
  std::vector<int> w4_rows_;  // of the groups of the 4-bit weights
  // Of this list: memories loaded, where z comes from.
  unsigned loaded_ = 0;
  bool z_of_gemm_ = false;
};

}  // namespace scansim::test
