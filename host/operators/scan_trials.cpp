#include "host/operators/scan_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/ref/mamba_block_ref.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

namespace {

std::vector<named_reals> outputs_of(scan_output output) {
  return {{"y", std::move(output.y)}, {"h_last", std::move(output.h_last)}};
}

// Rows that are tried, evenly over all: about a thirtieth of the scan, at least enough for a small one.
std::vector<int64_t> tried_rows(const scan_shape& s) {
  constexpr int64_t least_updates = 1 << 16, most_updates = 1 << 22, share = 32;
  const int64_t all = s.batch * s.channels, updates = s.states * s.length;
  const int64_t wanted = std::max(least_updates / updates, all / share);
  const int64_t count = std::clamp<int64_t>(std::min(wanted, most_updates / updates), 1, all);
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < count; ++i) rows.push_back(i * all / count);
  return rows;
}

scan_trial::planted planted(scan_fault fault, scan_tensors tensors) {
  std::string text = text_of(fault, tensors.options.delta_softplus);
  plant(fault, tensors);
  return {std::move(text), outputs_of(selective_scan_ref(tensors))};
}

// Products of a layer with one token.
int64_t token_products(const mamba_block_call& c) {
  const int64_t branches = c.backward ? 2 : 1;
  const auto own = static_cast<int64_t>(c.forward.x_proj.size() + c.forward.dt_proj.size());
  return static_cast<int64_t>(c.in_proj.size() + c.out_proj.size()) + branches * own;
}

// The first tokens of a layer know nothing of the later ones; nullptr: it cannot be cut and is too long.
std::shared_ptr<const mamba_block_call> tried_tokens(const mamba_block_call& c) {
  constexpr int64_t most_products = 1 << 23;
  const int64_t tokens = std::max<int64_t>(1, most_products / token_products(c));
  if (tokens < c.length && c.backward) return nullptr;
  auto part = std::make_shared<mamba_block_call>(c);
  part->length = std::min(tokens, c.length);
  part->x.resize(static_cast<size_t>(part->length * c.d_model));
  if (!part->expect_y.empty()) part->expect_y.resize(part->x.size());
  return part;
}

std::vector<named_reals> layer_outputs(const mamba_block_call& call, std::optional<scan_fault> fault) {
  return {{"y", mamba_block_ref(call, fault).y}};
}

}  // namespace

scan_share share_of(const scan_tensors& t) {
  scan_share share;
  const auto length = static_cast<size_t>(t.shape.length), channels = static_cast<size_t>(t.shape.channels);
  if (!t.z.empty()) {
    share.gate.reserve(t.z.size());
    for (const double z : t.z) share.gate.push_back(z / (1 + std::exp(-z)));
  }
  if (t.d.empty()) return share;
  share.origin.reserve(t.u.size());
  for (size_t i = 0; i < t.u.size(); ++i) {
    const double skip = static_cast<double>(t.d[i / length % channels]) * t.u[i];
    share.origin.push_back(share.gate.empty() ? skip : skip * share.gate[i]);
  }
  return share;
}

scan_share share_of(const mamba_block_call& call) {
  return {mamba_block_ref(call, scan_fault::deleted).y, {}};
}

std::optional<scan_trial> try_faults(const selective_scan_call& call) {
  const scan_shape& shape = call.scan.shape;
  const std::vector<int64_t> rows = tried_rows(shape);
  const auto count = static_cast<int64_t>(rows.size()), all = shape.batch * shape.channels;
  auto part = std::make_shared<selective_scan_call>();
  part->scan = some_rows(call.scan, rows);
  scan_trial trial;
  if (count < all)
    trial.extent =
        fmt::format("{} of {} channels", count, all) + (shape.batch > 1 ? ", over all sequences" : "");
  trial.share = share_of(part->scan);
  trial.reference = outputs_of(selective_scan_ref(part->scan));
  for (const scan_fault fault : scan_faults) trial.faults.push_back(planted(fault, part->scan));
  trial.part = std::move(part);
  return trial;
}

std::optional<scan_trial> try_faults(const mamba_block_call& call) {
  const std::shared_ptr<const mamba_block_call> part = tried_tokens(call);
  if (part == nullptr) return std::nullopt;
  scan_trial trial;
  trial.part = part;
  if (part->length < call.length)
    trial.extent = fmt::format("the first {} of {} tokens", part->length, call.length);
  trial.share = share_of(*part);
  trial.residual.assign(part->x.begin(), part->x.end());
  trial.reference = layer_outputs(*part, std::nullopt);
  for (const scan_fault fault : scan_faults) {
    const bool known = fault == scan_fault::deleted;
    trial.faults.push_back({text_of(fault, true), known ? std::vector<named_reals>{{"y", trial.share.origin}}
                                                        : layer_outputs(*part, fault)});
  }
  return trial;
}

}  // namespace scansim
