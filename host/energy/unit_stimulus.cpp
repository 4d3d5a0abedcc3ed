#include "host/energy/unit_stimulus.h"

namespace scansim {
namespace {

uint64_t low_bits(int64_t value, int bits) {
  return bits >= 64 ? static_cast<uint64_t>(value)
                    : static_cast<uint64_t>(value) & ((uint64_t{1} << bits) - 1);
}

}  // namespace

int unit_stimulus::input(const std::string& port, int bits, int low) {
  inputs.push_back({port, low, bits});
  return static_cast<int>(inputs.size()) - 1;
}

int unit_stimulus::output(const std::string& port, int bits, int low) {
  outputs.push_back({port, low, bits});
  return static_cast<int>(outputs.size()) - 1;
}

stimulus_cycle& unit_stimulus::at(size_t cycle) {
  while (cycles.size() <= cycle) {
    stimulus_cycle& made = cycles.emplace_back();
    made.in.assign(inputs.size(), 0);
    made.out.resize(outputs.size());
  }
  return cycles[cycle];
}

void unit_stimulus::set(size_t cycle, int input, int64_t value) {
  at(cycle).in[static_cast<size_t>(input)] = low_bits(value, inputs[static_cast<size_t>(input)].bits);
}

void unit_stimulus::expect(size_t cycle, int output, int64_t value) {
  at(cycle).out[static_cast<size_t>(output)] = low_bits(value, outputs[static_cast<size_t>(output)].bits);
}

}  // namespace scansim
