#include "traces/calls/ssd.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "traces/calls/call_checks.h"
#include "traces/calls/call_option.h"
#include "traces/calls/ssd_generate.h"
#include "traces/input_error.h"

namespace scansim {

const call_kind ssd_kind = {"ssd",
                            "mamba_chunk_scan_combined of mamba_ssm (Mamba-2)",
                            make_as<call, ssd_call>,
                            make_as<call_generator, ssd_generator>,
                            {{6e-4, 2e-3}, {5e-3, 3e-2}, {1e-2, 1e-1}}};

namespace {

// [low, high], as dt_limit of mamba_chunk_scan_combined; null for no limit on that side.
call_option limit_option(ssd_call& call) {
  static const char* const range = "[low, high]: dt behind softplus is held between them; null: no limit";
  return {"dt_limit", range, "none",
          [&call](const metadata_reader& reader) {
            const nlohmann::json* given = reader.find("dt_limit");
            if (given == nullptr) return;
            const bool pair = given->is_array() && given->size() == 2;
            const auto side = [&](size_t k, float none) {
              const nlohmann::json& value = given->at(k);
              if (value.is_null()) return none;
              if (!value.is_number() || !std::isfinite(value.get<float>()))
                reader.fail("dt_limit", range, given);
              return value.get<float>();
            };
            if (!pair) reader.fail("dt_limit", range, given);
            call.dt_low = side(0, call.dt_low);
            call.dt_high = side(1, call.dt_high);
            if (call.dt_low > call.dt_high) reader.fail("dt_limit", "low at most high", given);
          },
          [&call] {
            const auto side = [](float value) {
              return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
            };
            if (!std::isfinite(call.dt_low) && !std::isfinite(call.dt_high)) return nlohmann::json();
            return nlohmann::json::array({side(call.dt_low), side(call.dt_high)});
          }};
}

}  // namespace

std::vector<call_tensor> ssd_call::tensors() {
  const call_axis row{"batch", &batch}, l{"L", &length}, h{"H", &heads}, p{"P", &head_channels},
      g{"G", &groups}, n{"N", &states}, s{"S", &sequences}, ends{"S + 1", &bounds};
  const auto settle_sequences = [this] {
    if (bounds > 0) settle(sequences, bounds - 1);
    settle(sequences, batch);
  };
  return {{.name = "x", .values = &x, .axes = {row, l, h, p}, .text = "after conv and silu"},
          {.name = "dt", .values = &dt, .axes = {row, l, h}, .text = "step before bias and softplus"},
          {.name = "A", .values = &a, .axes = {h}, .text = "no value above 0", .log_name = "A_log"},
          {.name = "B", .values = &b, .axes = {row, l, g, n}, .text = "head h belongs to group h / (H / G)"},
          {.name = "C", .values = &c, .axes = {row, l, g, n}, .text = "as `B`"},
          {.name = "D",
           .values = &d,
           .axes = d_of_channels() ? std::vector{h, p} : std::vector{h},
           .required = false,
           .text = "skip, (H) or (H, P); absent: none",
           .take_shape =
               [this](const std::vector<int64_t>& shape, const std::string& file) {
                 const bool fits = !shape.empty() && shape.size() <= 2 && shape[0] == heads &&
                                   (shape.size() == 1 || shape[1] == head_channels);
                 if (!fits)
                   throw input_error(
                       file, "D.shape",
                       fmt::format("(H) or (H, P), ({}) or ({}, {})", heads, heads, head_channels),
                       fmt::format("({})", fmt::join(shape, ", ")));
               }},
          {.name = "z",
           .values = &z,
           .axes = {row, l, h, p},
           .required = false,
           .text = "gate; y is multiplied by silu(z)"},
          {.name = "dt_bias",
           .values = &dt_bias,
           .axes = {h},
           .required = false,
           .text = "added to `dt` before softplus"},
          {.name = "seq_idx",
           .indices = &seq_idx,
           .axes = {row, l},
           .required = false,
           .text = "a sequence's number a token: states start from zero where it changes"},
          {.name = "cu_seqlens",
           .indices = &cu_seqlens,
           .axes = {ends},
           .required = false,
           .text = "with batch 1: where sequences begin, then L"},
          {.name = "initial_states",
           .values = &initial_states,
           .axes = {s, h, p, n},
           .required = false,
           .text = "S: batch, or sequences of `cu_seqlens`; absent: zero",
           .before = settle_sequences},
          {.name = "expect.y",
           .values = &expect_y,
           .axes = {row, l, h, p},
           .required = false,
           .text = "recorded output, after the gate"},
          {.name = "expect.final_states",
           .values = &expect_final_states,
           .axes = {s, h, p, n},
           .required = false,
           .text = "recorded states after the last token of each"}};
}

std::vector<call_option> ssd_call::options() {
  using enum option_written;
  static const std::vector<std::string> modes = {"prefill", "decode"};
  return {bool_option("dt_softplus", dt_softplus, std::nullopt, always,
                      "true or false: whether the call applies softplus to dt + dt_bias"),
          limit_option(*this),
          choice_option(
              "mode", modes, [this] { return size_t{decode ? 1U : 0U}; },
              [this](size_t mode) { decode = mode == 1; }, always)};
}

void ssd_call::derive() {
  settle(sequences, cu_seqlens.empty() ? batch : bounds - 1);
  settle(bounds, sequences + 1);
}

void ssd_call::check_sizes(const std::string& file) const {
  require_size(states <= max_ssd_states, file, "B.shape", fmt::format("N <= {}", max_ssd_states), states);
  require_size(groups >= 1 && heads % groups == 0, file, "B.shape",
               fmt::format("G that divides H = {}", heads), groups);
  require_size(length <= INT32_MAX, file, "x.shape", "L < 2^31", length);
  if (!cu_seqlens.empty()) require_size(batch == 1, file, "x.shape", "batch 1 with cu_seqlens", batch);
  if (!cu_seqlens.empty() && !seq_idx.empty())
    throw input_error(file, "seq_idx", "one of seq_idx and cu_seqlens", "both");
  if (decode && !(seq_idx.empty() && cu_seqlens.empty()))
    throw input_error(file, "mode", "prefill with seq_idx or cu_seqlens", "decode");
  const int64_t own = cu_seqlens.empty() ? batch : bounds - 1;
  require_size(sequences == own, file, "initial_states.shape", fmt::format("S = {}", own), sequences);
}

void ssd_call::check_contents(const std::string& file) const {
  check_decay(a, 1, "A", file);
  if (cu_seqlens.empty()) return;
  const auto fail = [&](size_t k, const std::string& expected) {
    throw input_error(file, fmt::format("cu_seqlens[{}]", k), expected, fmt::format("{}", cu_seqlens[k]));
  };
  if (cu_seqlens.front() != 0) fail(0, "0");
  if (cu_seqlens.back() != length) fail(cu_seqlens.size() - 1, fmt::format("L = {}", length));
  for (size_t k = 1; k < cu_seqlens.size(); ++k)
    if (cu_seqlens[k] <= cu_seqlens[k - 1]) fail(k, fmt::format("more than {}", cu_seqlens[k - 1]));
}

std::string ssd_call::guess_layout(const named_shapes& shapes) const {
  const auto in = shapes.find("x"), step = shapes.find("dt");
  if (in == shapes.end() || step == shapes.end()) return "";
  if (in->second.size() == 3)
    return "x with three axes: (batch, L, D)? It is read as (batch, L, H, P), D = H P; or a call of "
           "selective_scan?";
  const bool turned = in->second.size() == 4 && step->second.size() == 3 &&
                      in->second[1] == step->second[2] && in->second[1] != step->second[1];
  return turned ? "is x (batch, H, L, P)? It is read as (batch, L, H, P)" : "";
}

uint64_t ssd_call::state_updates() const {
  return tokens() * static_cast<uint64_t>(heads * head_channels * states);
}

std::vector<ssd_segment> ssd_call::segments() const {
  std::vector<ssd_segment> found;
  for (size_t k = 0; k + 1 < cu_seqlens.size(); ++k)
    found.push_back({0, cu_seqlens[k], cu_seqlens[k + 1], static_cast<int64_t>(k), static_cast<int64_t>(k)});
  if (!cu_seqlens.empty()) return found;
  for (int64_t row = 0; row < batch; ++row) {
    ssd_segment next{row, 0, length, row, row};
    for (int64_t t = 1; t < length && !seq_idx.empty(); ++t) {
      const auto at = static_cast<size_t>(row * length + t);
      if (seq_idx[at] == seq_idx[at - 1]) continue;
      found.push_back({row, next.begin, t, next.initial_state, -1});
      next.begin = t, next.initial_state = -1;
    }
    found.push_back(next);
  }
  return found;
}

}  // namespace scansim
