// SSD calls as `trace generate --operator ssd` makes them, for tests: flags by name, words for toggles empty.
#pragma once
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "traces/calls/ssd_generate.h"

namespace scansim::test {

inline ssd_call generated_ssd(const std::map<std::string, int64_t>& flags, uint64_t seed) {
  ssd_generator generator;
  size_t taken = 0;
  for (const generator_option& option : generator.options()) {
    const auto flag = flags.find(option.flag);
    if (flag == flags.end()) continue;
    ++taken;
    if (option.integer != nullptr) *option.integer = flag->second;
    if (option.toggle != nullptr) *option.toggle = option.sets;
  }
  if (taken != flags.size()) throw std::invalid_argument("generated_ssd: a flag that it does not have");
  return payload<ssd_call>(*generator.generate(seed));
}

}  // namespace scansim::test
