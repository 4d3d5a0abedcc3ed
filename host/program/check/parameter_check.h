// What a program does to the parameter memories: rows appended until cleared, none beyond the memory, and
// every row that a unit reads loaded by a descriptor before it. Positions also with the pattern with which
// they are read, 4-bit weights in whole groups of a stream that the program does not write, lists with
// entries inside what they index.
// Weights and positions in slots: a descriptor fills one, and a gemm before it must have given back the slot
// before the last, so that what waits for a slot waits for nothing behind it. A load is known to be over when
// its last row has been read: that must be so before the memory is cleared (the clear does not wait for beats
// under way, which would land behind it), and before the program ends for positions, since the run does not
// wait for index_load.
#pragma once
#include <array>
#include <deque>
#include <span>

#include "hls/units/unit_descriptor.h"
#include "host/program/check/memory_check.h"

namespace scansim {

class parameter_check {
 public:
  parameter_check(const check_site& site, std::span<const uint8_t> image) : site_(site), image_(image) {}

  // Weights or positions that go to one of two slots.
  bool fills_slot(const hls::params_descriptor& d) const;
  void load(const hls::params_descriptor& d, const memory_check& memory);
  void use(const hls::gemm_descriptor& d);
  void use(const hls::conv_descriptor& d);
  void use(const hls::norm_descriptor& d);
  void end() const;  // of the program
  std::span<const uint8_t> scatter_list() const { return lists_[1]; }

 private:
  struct loaded_rows {
    int count = 0;
    bool over = true;     // the last load's last row was read
    uint32_t loader = 0;  // number of that load's descriptor
  };
  struct position_row {
    uint8_t n, log2_m, log2_groups;
  };
  void clear(const hls::params_descriptor& d);
  // Rows of weights or of positions of one pattern, from a load to the gemm that gives them back.
  struct row_slot {
    int rows;
    position_row pattern;
  };
  struct memory_slots {
    bool on = false;
    std::deque<row_slot> open = {};
  };
  memory_slots& slots_of(hls::parameter_target memory) {
    return slots_[memory == hls::parameter_target::index ? 1 : 0];
  }
  bool has_slots(hls::parameter_target memory) const {
    return memory == hls::parameter_target::weights || memory == hls::parameter_target::index;
  }
  void load_slot(const hls::params_descriptor& d, int rows);
  row_slot use_slot(hls::parameter_target memory, const char* field, int first,
                    const hls::gemm_descriptor& d);
  void require_pattern(const hls::gemm_descriptor& d, const position_row& p, int row) const;
  void check_index(const hls::params_descriptor& d) const;
  int w4_rows(const hls::params_descriptor& d, const memory_check& memory) const;
  // The bytes that a load takes from the image; refused if the program writes them.
  std::span<const uint8_t> constant(const hls::params_descriptor& d, const memory_check& memory,
                                    const char* what) const;
  void load_list(const hls::params_descriptor& d, std::vector<uint8_t>& list, const memory_check& memory);
  void use_rows(hls::parameter_target memory, const char* field, int first, int rows);
  void use_positions(const hls::gemm_descriptor& d);
  void use_list(hls::parameter_target memory, const char* field, int tokens, int most);
  loaded_rows& rows_of(hls::parameter_target memory) { return rows_[static_cast<size_t>(memory)]; }

  const check_site& site_;
  std::span<const uint8_t> image_;
  std::array<loaded_rows, hls::num_parameter_targets> rows_{};
  std::vector<position_row> positions_;
  std::array<std::vector<uint8_t>, 2> lists_;  // gather, scatter
  bool scattered_ = false;                     // by some gemm
  std::array<memory_slots, 2> slots_;
};

}  // namespace scansim
