#include "host/operators/steps_beyond.h"

namespace scansim {

namespace {

constexpr double largest_step = 16;

}  // namespace

std::map<std::string, uint64_t> steps_beyond(const scan_tensors& t) {
  const auto length = static_cast<size_t>(t.shape.length), channels = static_cast<size_t>(t.shape.channels);
  uint64_t large = 0, negative = 0, small = 0;
  for (size_t row = 0; row * length < t.delta.size(); ++row) {
    const double bias = t.delta_bias.empty() ? 0 : t.delta_bias[row % channels];
    for (size_t i = row * length; i < (row + 1) * length; ++i) {
      const double step = t.delta[i] + bias;
      large += step > largest_step;
      negative += step < 0 && !t.options.delta_softplus;
      small += step < -largest_step && t.options.delta_softplus;
    }
  }
  return {{"steps beyond 16", large},
          {"negative steps", negative},
          {"steps below -16 in front of the softplus", small}};
}

}  // namespace scansim
