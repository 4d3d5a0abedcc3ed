// A generated scan (traces/generate.h) of a published model's shape, with the states that a pattern keeps
// chosen by energy. Contract as of every call_generator.
#pragma once
#include "traces/calls/selective_scan.h"
#include "traces/generate.h"

namespace scansim {

class selective_scan_generator : public call_generator {
 public:
  const call_kind& kind() const override { return selective_scan_kind; }
  std::vector<generator_option> options() override;
  std::unique_ptr<call> generate(uint64_t seed) const override;
  nlohmann::json provenance(uint64_t seed) const override;
  bool knows_shape(const std::string& name) const override;

 private:
  generate_request seeded(uint64_t seed) const;

  generate_request request_;
  std::string state_pattern_;
  int64_t state_groups_ = 0;  // 0: G
  int64_t extremes_ = 0;
};

}  // namespace scansim
