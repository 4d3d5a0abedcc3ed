// A generated SSD call, of a published model's shape or of given sizes: x, B, C about normal, dt_bias and A
// in the ranges that Mamba-2 starts from (dt 0.001 to 0.1, A -1 to -16). Contract as of every call_generator.
#pragma once
#include "traces/calls/ssd.h"

namespace scansim {

struct ssd_shape {
  const char* name;
  int64_t heads, head_channels, states, groups, length;
  const char* source;
};
const std::vector<ssd_shape>& ssd_shape_table();

class ssd_generator : public call_generator {
 public:
  const call_kind& kind() const override { return ssd_kind; }
  std::vector<generator_option> options() override;
  std::unique_ptr<call> generate(uint64_t seed) const override;
  bool knows_shape(const std::string& name) const override;

 private:
  void take_sizes(ssd_call& c) const;
  void cut_sequences(ssd_call& c, uint64_t seed) const;

  std::string shape_;
  int64_t batch_ = 1, heads_ = 0, head_channels_ = 0, states_ = 0, groups_ = 0, length_ = 0;
  int64_t sequences_ = 0, extremes_ = 0;
  bool packed_ = false, decode_ = false, z_ = true, d_ = true, bias_ = true, softplus_ = true, h0_ = false;
};

}  // namespace scansim
