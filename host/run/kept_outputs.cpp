#include "host/run/kept_outputs.h"

#include <cmath>

namespace scansim {
namespace {

std::vector<float> values_of(const std::vector<int32_t>& integers, const std::vector<int>& bits) {
  std::vector<float> values;
  if (bits.empty() || integers.size() % bits.size() != 0) return values;
  values.reserve(integers.size());
  for (size_t i = 0; i < integers.size(); ++i)
    values.push_back(std::ldexp(static_cast<float>(integers[i]), -bits[i % bits.size()]));
  return values;
}

}  // namespace

std::vector<int64_t> kept_shape(const operator_case& call, const std::string& output, size_t count) {
  std::vector<int64_t> shape = call.shape(output);
  size_t product = 1;
  for (const int64_t size : shape) product *= static_cast<size_t>(size);
  if (shape.empty() || product != count) shape = {static_cast<int64_t>(count)};
  return shape;
}

std::vector<output_values> kept_outputs(operator_case& call, const std::vector<named_reals>& outputs) {
  std::vector<output_values> kept;
  for (const named_reals& one : outputs)
    kept.push_back({one.name,
                    kept_shape(call, one.name, one.values.size()),
                    {one.values.begin(), one.values.end()},
                    {},
                    {}});
  return kept;
}

std::vector<output_values> kept_outputs(operator_case& call, const std::vector<named_integers>& outputs) {
  std::vector<output_values> kept;
  for (const named_integers& one : outputs) {
    const std::vector<int> bits = call.fraction_bits(one.name);
    kept.push_back({one.name, kept_shape(call, one.name, one.values.size()), values_of(one.values, bits),
                    one.values, bits});
  }
  return kept;
}

}  // namespace scansim
