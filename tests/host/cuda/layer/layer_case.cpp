#include "tests/host/cuda/layer/layer_case.h"

#include <fmt/format.h>

#include <cstring>
#include <memory>

#include "host/cuda/measure/layer_image.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/mamba_block_ref.h"
#include "models/ref/relative_mse.h"
#include "tests/host/cuda/scan/scan_cases.h"

namespace scansim {

namespace {

// (B, features, L) as double precision has it: (features, B L), backward the last token of a sequence first.
std::vector<double> features_outermost(const std::vector<float>& values, const mamba_block_call& c,
                                       bool backward) {
  const auto batch = static_cast<size_t>(c.batch), length = static_cast<size_t>(c.length),
             features = values.size() / (batch * length);
  std::vector<double> turned(values.size());
  for (size_t s = 0; s < batch; ++s)
    for (size_t f = 0; f < features; ++f)
      for (size_t t = 0; t < length; ++t)
        turned[(f * batch + s) * length + (backward ? length - 1 - t : t)] =
            values[(s * features + f) * length + t];
  return turned;
}

}  // namespace

std::string layer_difference(const mamba_block_call& given, gpu_precision precision,
                             const layer_runner& run) {
  const layer_image image(given, precision);
  const size_t bytes = image.image().bytes().size();
  std::unique_ptr<std::max_align_t[]> memory(new std::max_align_t[bytes / sizeof(std::max_align_t) + 1]);
  auto* start = reinterpret_cast<std::byte*>(memory.get());
  std::memcpy(start, image.image().bytes().data(), bytes);
  const layer_call call = image.at(start);
  run(image, start);

  const mamba_block_activations want = mamba_block_ref(layer_as_stored(given, precision));
  const expect_tolerance tolerance = scan_tolerance(precision);
  std::string found;
  const auto check = [&](const char* name, const std::vector<double>& got,
                         const std::vector<double>& expected) {
    const tensor_comparison result = compare_values(got, {expected.begin(), expected.end()}, tolerance);
    if (!result.agree)
      found += fmt::format("{}: {} of {} differ, first at {}: {} instead of {}; ", name, result.failures,
                           result.count, result.first_failure, result.got, result.want);
  };
  const auto stored = [&](const void* at, size_t count) {
    std::vector<std::byte> raw(count * storage_bytes(precision));
    std::memcpy(raw.data(), at, raw.size());
    return from_storage(raw, precision);
  };
  const auto features = [&](const char* name, const void* at, const std::vector<double>& expected,
                            bool backward = false) {
    check(name, features_outermost(stored(at, expected.size()), given, backward), expected);
  };
  features("conv_input", call.conv_input, want.conv_input);
  features("z", call.z, want.z);
  for (int k = 0; k < call.directions; ++k) {
    const mamba_branch_activations& branch = want.branches[static_cast<size_t>(k)];
    const layer_branch& own = call.branch[k];
    features(k ? "backward u" : "u", own.u, branch.u, k > 0);
    features(k ? "backward dt" : "dt", own.dt, branch.dt, k > 0);
    features(k ? "backward B" : "B", own.b, branch.b, k > 0);
    features(k ? "backward C" : "C", own.c, branch.c, k > 0);
    features(k ? "backward delta" : "delta", own.delta, branch.delta, k > 0);
    if (k > 0 || call.directions == 1) features("scan", own.scanned, branch.y, k > 0);  // else it has both
    check("h_last", {own.h_last, own.h_last + branch.h_last.size()}, branch.h_last);
  }
  const std::vector<float> y = stored(call.y, want.y.size());
  check("y", {y.begin(), y.end()}, want.y);
  // What the layer adds to the residual stream, beside its rounding.
  const std::vector<double> got(y.begin(), y.end()), from(given.x.begin(), given.x.end());
  const double error = relative_mse(got, want.y);
  if (!(error < (precision == gpu_precision::fp32 ? 1e-10 : 1e-4)))
    found += fmt::format("relative MSE {:.3g} of y; ", error);
  if (found.empty()) return found;
  return fmt::format("B {} L {} d_model {} D {} N {} W {} {}: {}", given.batch, given.length, given.d_model,
                     given.channels, given.states, given.width, precision_name(precision), found);
}

}  // namespace scansim
