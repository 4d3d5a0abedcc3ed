#include "models/ref/scan_fault.h"

#include <algorithm>
#include <cmath>

namespace scansim {

namespace {

float softplus(float x) { return x > 20 ? x : std::log1p(std::exp(x)); }

// delta + delta_bias through softplus, without the bias.
void apply_softplus(scan_tensors& t) {
  for (size_t i = 0; i < t.delta.size(); ++i) {
    const size_t channel = i / static_cast<size_t>(t.shape.length) % static_cast<size_t>(t.shape.channels);
    t.delta[i] = softplus(t.delta[i] + (t.delta_bias.empty() ? 0.0F : t.delta_bias[channel]));
  }
  t.delta_bias.clear();
}

void append(std::vector<float>& to, const std::vector<float>& from, int64_t index, int64_t size) {
  if (from.empty()) return;
  const auto begin = from.begin() + index * size;
  to.insert(to.end(), begin, begin + size);
}

}  // namespace

void plant(scan_fault fault, scan_tensors& tensors) {
  switch (fault) {
    case scan_fault::deleted:
      std::fill(tensors.c.begin(), tensors.c.end(), 0.0F);
      return;
    case scan_fault::swapped:
      std::swap(tensors.b, tensors.c);
      return;
    case scan_fault::extra_softplus:
      if (tensors.options.delta_softplus) apply_softplus(tensors);
      tensors.options.delta_softplus = true;
      return;
  }
}

std::string text_of(scan_fault fault, bool has_softplus) {
  if (fault == scan_fault::deleted) return "a deleted scan (C = 0)";
  if (fault == scan_fault::swapped) return "swapped B and C";
  return has_softplus ? "a doubled softplus" : "a softplus too many";
}

scan_tensors some_rows(const scan_tensors& from, std::span<const int64_t> rows) {
  const scan_shape& s = from.shape;
  scan_tensors to;
  to.options = from.options;
  to.shape = {1, static_cast<int64_t>(rows.size()), s.states, static_cast<int64_t>(rows.size()), s.length};
  for (const int64_t row : rows) {
    const int64_t batch = row / s.channels, channel = row % s.channels;
    const int64_t group = batch * s.groups + channel / (s.channels / s.groups);
    for (const auto tensor :
         {&scan_tensors::u, &scan_tensors::delta, &scan_tensors::z, &scan_tensors::expect_y})
      append(to.*tensor, from.*tensor, row, s.length);
    for (const auto tensor : {&scan_tensors::b, &scan_tensors::c})
      append(to.*tensor, from.*tensor, group, s.states * s.length);
    for (const auto tensor : {&scan_tensors::h0, &scan_tensors::expect_h_last})
      append(to.*tensor, from.*tensor, row, s.states);
    for (const auto tensor : {&scan_tensors::d, &scan_tensors::delta_bias})
      append(to.*tensor, from.*tensor, channel, 1);
    append(to.a, from.a, channel, s.states);
  }
  return to;
}

}  // namespace scansim
