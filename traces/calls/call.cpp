#include "traces/calls/call.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "traces/input_error.h"
#include "traces/sizes_text.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

const std::string expect_prefix = "expect.";

// Where element `i` of the values lies in the file.
std::string place_in_file(const call_tensor& tensor, size_t i) {
  const std::vector<int64_t> sizes = sizes_of(tensor);
  const auto flat = static_cast<int64_t>(i);
  return index_text(tensor.transposed ? flat % sizes[0] * sizes[1] + flat / sizes[0] : flat, sizes);
}

void check_values(const call_tensor& tensor, const std::string& file) {
  const int64_t count = count_of(tensor);
  const size_t found = tensor.values != nullptr ? tensor.values->size() : tensor.indices->size();
  if (found == 0 && !tensor.required) return;
  if (static_cast<int64_t>(found) != count)
    throw input_error(file, tensor.name, fmt::format("{} values", count), fmt::format("{}", found));
  if (tensor.values == nullptr) return;
  for (size_t i = 0; i < tensor.values->size(); ++i) {
    const float value = (*tensor.values)[i];
    if (!std::isfinite(value))
      throw input_error(file, tensor.name + place_in_file(tensor, i), "a finite value",
                        fmt::format("{}", value));
  }
}

}  // namespace

void call::check_axes(const std::string& file) const {
  constexpr int64_t largest = int64_t{1} << 40;
  for (const call_tensor& tensor : tensors_of(*this)) {
    for (const call_axis& axis : tensor.axes) {
      if (*axis.size < 1 || *axis.size > largest)
        throw input_error(file, tensor.name + ".shape", fmt::format("{} from 1 to 2^40", axis.symbol),
                          fmt::format("{}", *axis.size));
    }
  }
}

void call::record(const std::string& output, const std::vector<double>& values) {
  for (const call_tensor& tensor : tensors())
    if (tensor.name == expect_prefix + output) tensor.values->assign(values.begin(), values.end());
}

json call::describe_extra() const {
  json info = {{"format", 1}};
  for (const call_option& option : options_of(*this)) {
    json value = option.write();
    if (!value.is_null()) info[option.key] = std::move(value);
  }
  return info;
}

json call_generator::provenance(uint64_t seed) const {
  return {{"kind", "generated"},
          {"generator", std::string("scansim trace generate --operator ") + kind().name},
          {"seed", seed}};
}

void check_given(const generator_option& option, const std::string& file, const std::string& field) {
  if (option.integer != nullptr && (*option.integer < option.least || *option.integer > option.most))
    throw input_error(file, field, fmt::format("a whole number in {}..{}", option.least, option.most),
                      fmt::format("{}", *option.integer));
  if (option.real != nullptr && !(*option.real > 0 && *option.real <= option.largest))
    throw input_error(file, field, fmt::format("a number > 0, at most {:g}", option.largest),
                      fmt::format("{}", *option.real));
}

std::vector<int64_t> sizes_of(const call_tensor& tensor) {
  std::vector<int64_t> sizes;
  for (const call_axis& axis : tensor.axes) sizes.push_back(*axis.size);
  return sizes;
}

int64_t count_of(const call_tensor& tensor) {
  constexpr int64_t largest = int64_t{1} << 60;
  int64_t count = 1;
  for (const int64_t size : sizes_of(tensor)) {
    if (size < 1 || count > largest / size) return -1;
    count *= size;
  }
  return count;
}

// The tables point to members that may change; whoever asks here changes none.
std::vector<call_tensor> tensors_of(const call& one) { return const_cast<call&>(one).tensors(); }
std::vector<call_option> options_of(const call& one) { return const_cast<call&>(one).options(); }

std::vector<call_output> outputs_of(const call& one) {
  std::vector<call_output> outputs;
  for (const call_tensor& tensor : tensors_of(one))
    if (tensor.name.starts_with(expect_prefix))
      outputs.push_back({tensor.name.substr(expect_prefix.size()), tensor.values});
  return outputs;
}

void check_call(const call& one, const std::string& file) {
  one.check_axes(file);
  one.check_sizes(file);
  for (const call_tensor& tensor : tensors_of(one)) check_values(tensor, file);
  one.check_contents(file);
}

}  // namespace scansim
