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

// Of a scan with these outputs; without C.h, y is the origin, and no state is another.
std::vector<named_reals> outputs_with(scan_fault fault, scan_tensors tensors, const scan_share& share,
                                      const scan_output& right) {
  if (fault == scan_fault::deleted) {
    scan_output skip{share.origin, right.h_last};
    skip.y.resize(right.y.size());
    return outputs_of(std::move(skip));
  }
  plant(fault, tensors);
  return outputs_of(selective_scan_ref(tensors));
}

// Products of a layer with one token.
int64_t token_products(const mamba_block_call& c) {
  const int64_t branches = c.backward ? 2 : 1;
  const auto own = static_cast<int64_t>(c.forward.x_proj.size() + c.forward.dt_proj.size());
  return static_cast<int64_t>(c.in_proj.size() + c.out_proj.size()) + branches * own;
}

// The first tokens of a layer know nothing of the later ones, and the first sequences nothing of the others;
// nullptr: it cannot be cut and is too long.
std::shared_ptr<const mamba_block_call> tried_tokens(const mamba_block_call& c) {
  constexpr int64_t most_products = 1 << 23;
  const int64_t tokens = std::max<int64_t>(1, most_products / token_products(c));
  if (tokens < c.length && c.backward) return nullptr;
  auto part = std::make_shared<mamba_block_call>(c);
  part->length = std::min(tokens, c.length), part->batch = std::clamp<int64_t>(tokens / c.length, 1, c.batch);
  const auto cut = [&](std::vector<float>& values, int64_t size) {
    if (!values.empty()) values.resize(static_cast<size_t>(size));
  };
  cut(part->x, part->all_tokens() * c.d_model), cut(part->expect_y, part->all_tokens() * c.d_model);
  cut(part->h0, part->batch * c.channels * c.states);
  cut(part->conv_state, part->batch * c.channels * c.past);
  return part;
}

std::vector<named_reals> layer_outputs(const mamba_block_call& call, std::optional<scan_fault> fault) {
  return {{"y", mamba_block_ref(call, fault).y}};
}

}  // namespace

std::vector<double> gates_of(const std::vector<float>& z) {
  std::vector<double> gates(z.size());
  std::transform(z.begin(), z.end(), gates.begin(), [](double one) { return one / (1 + std::exp(-one)); });
  return gates;
}

scan_share share_of(const scan_tensors& t) { return share_of(t, gates_of(t.z)); }

scan_share share_of(const scan_tensors& t, std::vector<double> gate) {
  scan_share share;
  share.gate = std::move(gate);
  if (t.d.empty()) return share;
  const auto length = static_cast<size_t>(t.shape.length);
  share.origin.resize(t.u.size());
  for (size_t row = 0; row * length < t.u.size(); ++row) {
    const double d = t.d[row % t.d.size()];
    for (size_t i = row * length; i < (row + 1) * length; ++i)
      share.origin[i] = share.gate.empty() ? d * t.u[i] : d * t.u[i] * share.gate[i];
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
  scan_terms terms;
  scan_output right = selective_scan_ref(part->scan, nullptr, &terms);
  trial.share = share_of(part->scan, std::move(terms.gate));
  for (const scan_fault fault : scan_faults)
    trial.faults.push_back({text_of(fault, part->scan.options.delta_softplus),
                            outputs_with(fault, part->scan, trial.share, right)});
  trial.reference = outputs_of(std::move(right));
  trial.part = std::move(part);
  return trial;
}

std::optional<scan_trial> try_faults(const mamba_block_call& call) {
  const std::shared_ptr<const mamba_block_call> part = tried_tokens(call);
  if (part == nullptr) return std::nullopt;
  scan_trial trial;
  trial.part = part;
  if (part->all_tokens() < call.all_tokens())
    trial.extent = fmt::format("the first {} of {} tokens", part->all_tokens(), call.all_tokens());
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
