#include "host/operators/scan_sets_trials.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/operators/scan_trials.h"
#include "traces/calls/scan_sets_view.h"

namespace scansim {

namespace {

constexpr uint64_t most_updates = 1 << 20;

scan_sets_call with_own_weights(const scan_sets_call& call) {
  scan_sets_call own = call;
  own.shared = {};
  for (size_t k = 0; k < call.sets.size(); ++k) give_own_weights(own.sets[k], tensors_of_set(call, k));
  return own;
}

scan_sets_call with_fault(const scan_sets_call& call, scan_fault fault) {
  scan_sets_call faulty = with_own_weights(call);
  for (size_t k = 0; k < call.sets.size(); ++k) {
    scan_tensors t = tensors_of_set(call, k);
    plant(fault, t);
    give_own_weights(faulty.sets[k], std::move(t));
  }
  faulty.delta_softplus |= fault == scan_fault::extra_softplus;
  return faulty;
}

scan_sets_call without_set(const scan_sets_call& call, size_t k) {
  scan_sets_call rest = with_own_weights(call);
  set_tensors& own = rest.sets[k].own;
  std::fill(own.c.begin(), own.c.end(), 0.0F);
  own.d.clear();
  return rest;
}

bool can_be_cut(const scan_sets_call& call) {
  return std::all_of(call.sets.begin(), call.sets.end(), [&](const scan_set& set) {
    return set.channels == call.channels && std::max(set.own.groups, call.shared.groups) <= 1;
  });
}

scan_sets_call cut(const scan_sets_call& call, int64_t kept) {
  scan_sets_call part = call;
  const int64_t all = call.channels;
  part.channels = kept;
  part.u = some_channels(call.u, all, 0, kept, call.length);
  part.z = some_channels(call.z, all, 0, kept, call.output_rows);
  part.expect_y = some_channels(call.expect_y, all, 0, kept, call.output_rows);
  const auto cut_weights = [&](set_tensors& t) {
    t.delta = some_channels(t.delta, all, 0, kept, call.length);
    t.a = some_channels(t.a, all, 0, kept, t.states);
    t.d = some_channels(t.d, all, 0, kept, 1), t.delta_bias = some_channels(t.delta_bias, all, 0, kept, 1);
  };
  cut_weights(part.shared);
  for (scan_set& set : part.sets) {
    cut_weights(set.own);
    set.channels = kept;
    set.h0 = some_channels(set.h0, all, 0, kept, set.states);
    set.expect_h_last = some_channels(set.expect_h_last, all, 0, kept, set.states);
  }
  return part;
}

std::shared_ptr<const scan_sets_call> tried_part(const scan_sets_call& call) {
  const uint64_t updates = call.state_updates();
  if (updates <= most_updates) return std::make_shared<scan_sets_call>(call);
  if (!can_be_cut(call)) return nullptr;
  const uint64_t of_channel = updates / static_cast<uint64_t>(call.channels);
  return std::make_shared<scan_sets_call>(
      cut(call, static_cast<int64_t>(std::max<uint64_t>(1, most_updates / of_channel))));
}

}  // namespace

std::vector<named_reals> outputs_of(scan_sets_output out) {
  std::vector<named_reals> outputs = {{"y", std::move(out.y)}};
  for (size_t k = 0; k < out.h_last.size(); ++k)
    if (!out.h_last[k].empty()) outputs.push_back({fmt::format("h_last.{}", k), std::move(out.h_last[k])});
  return outputs;
}

scan_share share_of(const scan_sets_call& call) {
  scan_share share{scan_sets_ref(with_fault(call, scan_fault::deleted)).y, {}};
  const bool gated = std::all_of(call.sets.begin(), call.sets.end(),
                                 [](const scan_set& set) { return set.gate == set_gate::silu; });
  if (gated) share.gate = gates_of(call.z);
  return share;
}

std::optional<scan_trial> try_faults(const scan_sets_call& call) {
  const std::shared_ptr<const scan_sets_call> part = tried_part(call);
  if (part == nullptr) return std::nullopt;
  scan_trial trial;
  trial.part = part;
  if (part->channels < call.channels)
    trial.extent = fmt::format("the first {} of {} channels", part->channels, call.channels);
  trial.share = share_of(*part);
  trial.reference = outputs_of(scan_sets_ref(*part));
  for (const scan_fault fault : scan_faults)
    trial.faults.push_back(
        {text_of(fault, part->delta_softplus), outputs_of(scan_sets_ref(with_fault(*part, fault)))});
  for (size_t k = 0; part->sets.size() > 1 && k < part->sets.size(); ++k)
    trial.faults.push_back(
        {fmt::format("set {} left out", k), outputs_of(scan_sets_ref(without_set(*part, k)))});
  return trial;
}

}  // namespace scansim
