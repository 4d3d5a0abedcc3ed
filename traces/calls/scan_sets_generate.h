// Generates calls of several sets: by the name of a published model's operator (scan_sets_shapes.h), or by
// sizes and a text of sets. Statistics as of a scan (traces/generate.h), of every set its own.
#pragma once
#include "traces/calls/scan_sets.h"
#include "traces/generate.h"

namespace scansim {

class scan_sets_generator : public call_generator {
 public:
  const call_kind& kind() const override { return scan_sets_kind; }
  std::vector<generator_option> options() override;
  std::unique_ptr<call> generate(uint64_t seed) const override;
  nlohmann::json provenance(uint64_t seed) const override;
  bool knows_shape(const std::string& name) const override;

 private:
  std::string shape_, sets_, grid_;  // sets: empty, both ways
  int64_t channels_ = 0, states_ = 0, groups_ = 0, length_ = 0, batch_ = 1, random_ = 0, extremes_ = 0;
  bool shared_ = false, with_z_ = true, with_d_ = true, with_bias_ = true, softplus_ = true, with_h0_ = false,
       random_taps_ = false, random_states_ = false;
};

}  // namespace scansim
