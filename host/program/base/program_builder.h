// Puts a block program together: regions of memory, places in the scratch, rows of the parameter memories and
// descriptors in order, and keeps the books of what each descriptor moves.
// Contract: every byte that a descriptor moves is counted under the tensor's name given with it; regions
// start on 4 KiB; the first params descriptor of a memory, and the first after clear_rows, clears it. Errors:
// input_error (program name, field, expected, found) when scratch or a parameter memory is too small.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "hls/units/unit_descriptor.h"
#include "host/program/base/pack_gemm.h"
#include "host/program/base/region_allocator.h"
#include "host/program/base/scratch_allocator.h"
#include "host/program/program.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {

// Where a packed gemm lies in the parameter memories.
struct gemm_rows {
  int tiles = 0, beats = 0, k_words = 0;
  int w_row = 0, pos_row = 0, shift_row = 0, bias_row = 0;
  int n = 4, log2_m = 0, log2_groups = 0;
  bool has_bias = false;
  // Weights that stream: in memory, tile behind tile, to a slot of the weight memory before every use.
  bool streams = false, w4 = false;
  int index_bits = 0;  // of the ranks of its positions; 0: dense
  uint64_t weights = 0, tile_bytes = 0;
};

class program_builder {
 public:
  program_builder(std::string name, const design_point& point);

  const design_point& point() const { return point_; }
  int64_t word() const { return point_.axi_bytes(); }
  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const;

  // Memory of the image, zero. The span is good until the next take_memory.
  uint64_t take_memory(uint64_t bytes);
  std::span<uint8_t> image() { return image_; }

  int64_t take_scratch(int64_t words, const std::string& field);
  void release_scratch(int64_t address) { scratch_.release(address); }

  void load(const std::string& tensor, uint64_t dram, int64_t scratch, int64_t words, bool drain = false);
  void store(const std::string& tensor, int64_t scratch, uint64_t dram, int64_t words);  // fenced
  // A local scan; `before`, `behind`: tensors under whose names its states in and out are counted.
  void scan(const hls::scan_descriptor& d, const char* before = "state", const char* behind = "state");
  void scan(const set_scan& sets);  // local, with its records
  template <class Descriptor>
  void append(const Descriptor& d) {
    uint32_t words[hls::descriptor_words];
    hls::encode_descriptor(d, words);
    descriptors_.insert(descriptors_.end(), words, words + hls::descriptor_words);
  }

  // A product of rows, whose work is told by the name of its weights, in about as many pieces as are asked
  // for; weights that stream: in pieces of as many tiles as a slot holds. `between` is called behind every
  // piece but the last, with how many are to come.
  void append(const hls::gemm_descriptor& d, const gemm_rows& rows, const std::string& name,
              const std::function<void(int)>& between = {}, int pieces = 1);
  // From here on the weights of gemms that are added stream.
  void stream_weights() { streams_weights_ = true; }
  void count_weights(const std::string& name, const packed_gemm& packed);

  // Whole rows (lists: entries) of a memory; returns the first one's number.
  int add_rows(hls::parameter_target memory, const std::string& tensor, std::span<const uint8_t> bytes);
  // One load for each parameter memory, as far as the gemms have the same format; counts the compulsory
  // bytes.
  std::vector<gemm_rows> add_gemms(std::span<const packed_gemm> packed);
  gemm_rows add_gemm(const packed_gemm& packed) { return add_gemms({&packed, 1}).front(); }
  void clear_rows(hls::parameter_target memory);
  static gemm_rows shape_of(const packed_gemm& packed);

  void count_compulsory(const std::string& tensor, uint64_t bytes) {
    traffic(tensor).compulsory_bytes += bytes;
  }
  program finish();  // with fences as early as the data allow

 private:
  tensor_traffic& traffic(const std::string& tensor);
  void count_read(const std::string& tensor, uint64_t address, uint64_t bytes);
  void count_written(const std::string& tensor, uint64_t address, uint64_t bytes);
  void place_streamed(const packed_gemm& packed, gemm_rows& rows);
  void append_product(const hls::gemm_descriptor& d, const std::string& name);
  int slot_tiles(const gemm_rows& rows) const;
  void stream_rows_of(const gemm_rows& rows, int first, int tiles);
  std::pair<uint64_t, uint64_t> ranks_of(const gemm_rows& rows, int first, int tiles);  // address and bytes
  operator_product& product(const std::string& name);
  // Rows of weights or positions of gemms of one format, one behind the other; the first one's number.
  int add_weights(std::span<const packed_gemm> packed);
  int add_ranks(std::span<const packed_gemm> packed);
  void count_gemm(const packed_gemm& packed);
  void require_rows(hls::parameter_target memory, int64_t rows);
  int take_rows(hls::parameter_target memory, int64_t rows);  // the first one's number
  uint64_t take_memory(std::span<const uint8_t> bytes);       // of the image, with these bytes
  void append_params(hls::params_descriptor d, const std::string& tensor);

  std::string name_;
  design_point point_;
  region_allocator regions_;
  std::vector<uint8_t> image_;
  std::vector<uint32_t> descriptors_;
  std::vector<tensor_traffic> traffic_;
  std::vector<operator_product> products_;
  std::vector<named_transfer> transfers_;
  scratch_allocator scratch_;
  std::array<int, hls::num_parameter_targets> rows_{};
  std::array<bool, hls::num_parameter_targets> clear_{};
  bool streams_weights_ = false;
  uint64_t placed_weights_ = 0, streamed_weights_ = 0;        // bytes: in memory; of all loads
  int streamed_beats_ = 0;                                    // rows of the longest tile that streams
  std::map<uint64_t, std::vector<uint16_t>> streamed_ranks_;  // by the address of the gemm's weights
  std::map<std::pair<uint64_t, int>, std::pair<uint64_t, uint64_t>>
      packed_ranks_;  // of a piece: weights, tiles
};

}  // namespace scansim
