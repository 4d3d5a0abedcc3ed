// Calls of several sets for the tests, drawn by the operator's own generator: flags as `trace generate` has
// them, those of a toggle with any text.
#pragma once
#include <map>
#include <string>

#include "traces/calls/scan_sets_generate.h"

namespace scansim::test {

inline scan_sets_call generated_sets(const std::map<std::string, std::string>& flags, uint64_t seed) {
  scan_sets_generator generator;
  for (const generator_option& option : generator.options()) {
    const auto found = flags.find(option.flag);
    if (found == flags.end()) continue;
    if (option.integer != nullptr) *option.integer = std::stoll(found->second);
    if (option.word != nullptr) *option.word = found->second;
    if (option.toggle != nullptr) *option.toggle = option.sets;
  }
  return payload<scan_sets_call>(*generator.generate(seed));
}

}  // namespace scansim::test
