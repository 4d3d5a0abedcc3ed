// One selective_scan_fn call (scan_tensors.h) as a trace holds it. Contract: every shape fits the others, N
// <= 256, D divisible by G, every value finite; B and C may be (batch, N, L) in a file, meaning G = 1. With
// state sparsity the file has every state and, or not, an index of those that are kept; what rungs run is the
// call over the kept ones alone, `sparsity` tells of the rest.
#pragma once
#include <optional>

#include "traces/calls/call.h"
#include "traces/scan_scales.h"
#include "traces/scan_tensors.h"
#include "traces/state_sparsity.h"

namespace scansim {

extern const call_kind selective_scan_kind;

inline constexpr int64_t max_trace_states = 256;  // N, as in the reference kernel

struct selective_scan_scales : call_scales {
  scan_scales scan;
  scale_rows rows() override { return rows_of(scan); }
};

struct selective_scan_call : call {
  scan_tensors scan;
  std::optional<state_sparsity> sparsity;   // what was compacted; empty: nothing
  std::optional<nm_pattern> state_pattern;  // of a call that still has every state
  std::vector<int64_t> state_index;         // with state_pattern: (index groups, kept); empty: to be chosen
  int64_t index_groups = 0, indexed = 0;

  selective_scan_call() { scan.shape.groups = 0; }  // not known before B is there
  const call_kind& kind() const override { return selective_scan_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void show_every_tensor() override { state_pattern.emplace(); }
  void check_axes(const std::string& file) const override;
  void check_sizes(const std::string& file) const override;
  std::unique_ptr<call_scales> make_scales() const override;
  uint64_t tokens() const override;
  uint64_t state_updates() const override;
  call_work work() const override { return {"state update", state_updates()}; }
  void check_contents(const std::string& file) const override;
  std::vector<std::string> notes() const override;
  std::string guess_layout(const named_shapes& shapes) const override;
  std::string guess_name(const std::string& name) const override;
  void record(const std::string& output, const std::vector<double>& values) override;
  std::unique_ptr<call> as_run(const std::string& file) const override;
  nlohmann::json describe_extra() const override;

  void select(const state_selection& selection);

 private:
  kept_states kept(const std::string& file) const;
};

}  // namespace scansim
