// Several scans of one input on ref and on the machine: one set is the scan, pieces are the walk, bits are
// those of a machine that is handed one token at a time, values those of plain loops in double.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "host/operators/operator_list.h"
#include "host/operators/operator_rows.h"
#include "host/operators/scan_sets_trials.h"
#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "host/program/scan/scan_sets_program.h"
#include "host/program/scan/sets_fit.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/calibrate_scan_sets.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_machine.h"
#include "models/configs/data_directory.h"
#include "models/ref/relative_mse.h"
#include "models/ref/scan_sets_ref.h"
#include "models/ref/selective_scan_ref.h"
#include "sim/rungs/device.h"
#include "tests/traces/generated_sets.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/scan_sets_shapes.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

design_point edge_point() { return load_design_point("edge", config_directory()); }

using flags = std::map<std::string, std::string>;

std::shared_ptr<const scan_sets_call> generated(const flags& given, uint64_t seed) {
  return std::make_shared<scan_sets_call>(generated_sets(given, seed));
}

int drawn(std::mt19937_64& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
}

std::shared_ptr<const scan_sets_call> random_call(uint64_t seed) {
  std::mt19937_64 random(seed);
  flags given = {{"--channels", std::to_string(drawn(random, 1, 12))},
                 {"--states", std::to_string(drawn(random, 1, 20))},
                 {"--grid", fmt::format("{}x{}", drawn(random, 1, 5), drawn(random, 1, 7))},
                 {"--batch", std::to_string(drawn(random, 1, 2))},
                 {"--random-sets", std::to_string(drawn(random, 1, 8))}};
  for (const char* flag : {"--shared-weights", "--h0", "--no-z", "--no-d", "--no-bias", "--no-softplus"})
    if (random() % 3 == 0) given[flag] = "";
  return generated(given, seed);
}

struct run_on_hls {
  quantised_scan_sets sets;
  program compiled;
  program_result result;
};

run_on_hls run(const scan_sets_call& call, const design_point& point) {
  run_on_hls one{
      quantise_scan_sets(call, calibrate_scan_sets(call, widths_of(point)), widths_of(point)), {}, {}};
  one.compiled = make_scan_sets_program(call, one.sets, point);
  one.result = run_program(*make_hls_device(point), one.compiled, point);
  return one;
}

// A machine that is given one token at a time, whose state the host keeps in between.
class token_by_token {
 public:
  explicit token_by_token(const design_point& point) : point_(point), machine_(make_hls_device(point)) {}

  std::vector<named_integers> run(const quantised_scan_sets& q) {
    std::vector<named_integers> outputs = {{"y", {}}};
    outputs[0].values.resize(static_cast<size_t>(q.batch * q.channels * q.output_rows));
    for (size_t k = 0; k < q.sets.size(); ++k)
      outputs.push_back({fmt::format("h_last.{}", k), run_set(q, q.sets[k], outputs[0].values)});
    return outputs;
  }
  std::vector<std::vector<scan_step>> walks;  // of the sets

 private:
  std::vector<int32_t> run_set(const quantised_scan_sets& q, const quantised_set& set,
                               std::vector<int32_t>& y) {
    const scan_shape& s = set.rows.shape;
    std::vector<int32_t> state = set.rows.h0;
    state.resize(static_cast<size_t>(s.batch * s.channels * s.states));
    for (const scan_step& step : walks[static_cast<size_t>(&set - q.sets.data())]) {
      if (step.reset) std::fill(state.begin(), state.end(), 0);
      quantised_scan token = rows_of_piece(set.rows, {piece_start::zero, step.hold, {step}}, q.output_rows);
      token.scales = set.rows.scales;
      token.h0 = state;
      const program_result out = run_program(*machine_, make_scan_program(token, point_), point_);
      state = out.output("h_last");
      const std::vector<int32_t>& values = out.output("y");
      for (int64_t line = 0; line < s.batch * s.channels && step.out >= 0; ++line) {
        const int64_t channel = line % s.channels + set.first_channel;
        int32_t& sum =
            y[static_cast<size_t>((line / s.channels * q.channels + channel) * q.output_rows + step.out)];
        const int32_t end = 1 << (q.output_bits - 1);
        sum = std::clamp(sum + values[static_cast<size_t>(line)], -end, end - 1);
      }
    }
    return state;
  }

  design_point point_;
  std::unique_ptr<device> machine_;
};

}  // namespace

TEST_CASE("one set over the raster is the scan, in bits, traffic and scales", "[unit][operators]") {
  const auto call = generated(
      {{"--channels", "9"}, {"--states", "20"}, {"--length", "33"}, {"--sets", "raster"}, {"--h0", ""}}, 5);
  const design_point point = edge_point();
  const run_on_hls found = run(*call, point);
  const scan_tensors plain = tensors_of_set(*call, 0);
  const scan_scales scales = calibrate(plain, widths_of(point));
  CHECK(scales_to_json(scales) == scales_to_json(found.sets.sets[0].rows.scales));
  const program scan = make_scan_program(quantise(plain, scales), point);
  const program_result want = run_program(*make_hls_device(point), scan, point);
  CHECK(found.result.output("y") == want.output("y"));
  CHECK(found.result.output("h_last.0") == want.output("h_last"));
  CHECK(read_bytes(found.compiled) == read_bytes(scan));
  CHECK(written_bytes(found.compiled) == written_bytes(scan));
  CHECK(compulsory_bytes(found.compiled) == compulsory_bytes(scan));
  const scan_output ref = selective_scan_ref(plain);
  const scan_sets_output loops = scan_sets_ref(*call);
  CHECK(relative_mse(loops.y, ref.y) < 1e-28);
  CHECK(relative_mse(loops.h_last[0], ref.h_last) < 1e-28);
}

TEST_CASE("random sets have the bits of a machine that is handed one token at a time", "[unit][operators]") {
  const design_point point = edge_point();
  token_by_token machine(point);
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const auto call = random_call(seed);
    const run_on_hls found = run(*call, point);
    machine.walks.clear();
    for (size_t k = 0; k < call->sets.size(); ++k) machine.walks.push_back(steps_of(*call, k, "test"));
    CHECK(found.result.outputs == machine.run(found.sets));
    CHECK(read_bytes(found.compiled) == found.result.counters[counter_index("dma", "dram_read_bytes")]);
    CHECK(written_bytes(found.compiled) == found.result.counters[counter_index("dma", "dram_write_bytes")]);
  }
}

TEST_CASE("the tensors of a set are those that ref takes, shared or own, all channels or some",
          "[unit][operators]") {
  int sliced = 0;
  for (uint64_t seed = 200; seed < 260; ++seed) {
    CAPTURE(seed);
    const auto call = random_call(seed);
    scan_sets_call own = *call;
    own.shared = {};
    for (size_t k = 0; k < own.sets.size(); ++k) {
      give_own_weights(own.sets[k], tensors_of_set(*call, k));
      sliced +=
          call->sets[k].channels < call->channels && call->sets[k].own.d.empty() && !call->shared.d.empty();
    }
    const scan_sets_output want = scan_sets_ref(*call), got = scan_sets_ref(own);
    CHECK(got.y == want.y);
    CHECK(got.h_last == want.h_last);
  }
  CHECK(sliced > 0);
}

TEST_CASE("random sets are the double loops on the same integers", "[unit][operators]") {
  const design_point point = edge_point();
  double largest = 0;
  for (uint64_t seed = 100; seed < 160; ++seed) {
    CAPTURE(seed);
    const auto call = random_call(seed);
    const auto quantised = scan_sets_row.quantise(*call, nullptr, point, "test");
    const program_result out = run_program(*make_hls_device(point), quantised->compile({}), point);
    const bound_verdict verdict = quantised->judge([](const std::string&, int64_t) { return ""; },
                                                   out.outputs, scan_sets_row.ref(*call));
    CHECK(verdict.y_bound->beyond == 0);
    CHECK(verdict.h_last_bound->beyond == 0);
    CHECK(verdict.y_bound->judged > 0);
    largest = std::max(largest, *verdict.hls_vs_ref);
    CHECK(*verdict.hls_vs_ref <= 5e-5);
  }
  CHECK(largest > 0);
}

TEST_CASE("sets read out before the drive, and those that ask for no last state, are the double loops",
          "[unit][operators]") {
  const design_point point = load_design_point("edge", config_directory(), {"max_sets=8", "chunk_tokens=64"});
  int run = 0, told = 0, without_state = 0;
  for (uint64_t seed = 500; seed < 620; ++seed) {
    CAPTURE(seed);
    scan_sets_call call = *random_call(seed);
    for (size_t k = 0; k < call.sets.size(); ++k) {
      call.sets[k].tap = (seed + k) % 3 != 0 ? set_tap::pre : set_tap::post;
      call.sets[k].final_state = (seed + k) % 2 == 0;
      if (!call.sets[k].final_state) call.sets[k].expect_h_last.clear();
    }
    const auto quantised = scan_sets_row.quantise(call, nullptr, point, "test");
    const quantised_scan_sets sets =
        quantise_scan_sets(call, calibrate_scan_sets(call, widths_of(point)), widths_of(point));
    if (!fit_sets(sets, point).why_not.empty()) continue;
    ++run;
    const program_result out = run_program(*make_hls_device(point), quantised->compile({}), point);
    without_state += out.outputs.size() < 1 + call.sets.size();
    const bound_verdict verdict = quantised->judge([](const std::string&, int64_t) { return ""; },
                                                   out.outputs, scan_sets_row.ref(call));
    CHECK(verdict.y_bound->beyond == 0);
    CHECK(verdict.h_last_bound->beyond == 0);
    CHECK(*verdict.hls_vs_ref <= 5e-5);
    scan_sets_call wrong = call;  // one tap is not the other
    for (scan_set& set : wrong.sets) set.tap = set.tap == set_tap::pre ? set_tap::post : set_tap::pre;
    told += relative_mse(scan_sets_ref(wrong).y, scan_sets_ref(call).y) > 1e-4;
  }
  CHECK(told > run / 2);
  CHECK(run > 20);
  CHECK(without_state > 10);
}

TEST_CASE("a sum that leaves its format and comes back is no value beyond its bound", "[unit][operators]") {
  const design_point point = edge_point();
  uint64_t lost = 0;
  for (uint64_t seed = 300; seed < 340; ++seed) {
    CAPTURE(seed);
    const auto call = random_call(seed);
    scan_sets_scales scales = calibrate_scan_sets(*call, widths_of(point));
    for (scan_scales& set : scales.sets) set.frac_y += 3;  // a few bits too many
    const auto quantised = scan_sets_row.quantise(*call, &scales, point, "test");
    const program_result out = run_program(*make_hls_device(point), quantised->compile({}), point);
    const bound_verdict verdict = quantised->judge([](const std::string&, int64_t) { return ""; },
                                                   out.outputs, scan_sets_row.ref(*call));
    CHECK(verdict.y_bound->beyond == 0);
    lost += out.output("y").size() - verdict.y_bound->judged;
  }
  CHECK(lost > 0);
}

TEST_CASE("a judged call notices a set left out and a walk in another order", "[unit][operators]") {
  const auto call = generated({{"--shape", "plainmamba-l1.cross"}, {"--channels", "8"}}, 3);
  const std::optional<scan_trial> trial = try_faults(*call);
  REQUIRE(trial);
  CHECK(trial->faults.size() == 3 + 4);
  CHECK(unseen_faults({5e-5, 1e-4, 0}, *trial).empty());
  const design_point point = edge_point();
  const auto quantised = scan_sets_row.quantise(*call, nullptr, point, "test");
  scan_sets_call wrong = *call;
  std::swap(wrong.sets[0].maps.out, wrong.sets[1].maps.out);
  const auto swapped = scan_sets_row.quantise(wrong, nullptr, point, "test");
  const auto place = [](const std::string&, int64_t) { return ""; };
  const auto reference = scan_sets_row.ref(*call);
  const program_result right = run_program(*make_hls_device(point), quantised->compile({}), point);
  const program_result other = run_program(*make_hls_device(point), swapped->compile({}), point);
  CHECK(quantised->judge(place, right.outputs, reference).agree);
  CHECK_FALSE(quantised->judge(place, other.outputs, reference).agree);
}

TEST_CASE("pieces end at resets and around held tokens that are read", "[unit][operators]") {
  const scan_step plain{1, 1, 1}, reset{2, 2, 2, true, false}, held{3, 3, 3, false, true},
      nothing{4, 4, -1, false, true}, muted{5, 5, -1};
  const auto starts = [](const std::vector<plain_piece>& pieces) {
    std::vector<piece_start> all;
    for (const plain_piece& piece : pieces) all.push_back(piece.start);
    return all;
  };
  using enum piece_start;
  CHECK(pieces_of({plain, muted, nothing, plain}, false).size() == 1);
  CHECK(pieces_of({plain, muted, nothing, plain}, false)[0].steps ==
        std::vector<scan_step>{plain, muted, plain});
  CHECK(starts(pieces_of({plain, reset, plain}, true)) == std::vector{h0, zero});
  CHECK(starts(pieces_of({plain, held, held, plain}, true)) == std::vector{h0, before, before});
  CHECK(pieces_of({plain, held, held, plain}, true)[1].held);
  CHECK(starts(pieces_of({nothing, nothing}, true)) == std::vector{h0});
  CHECK(pieces_of({nothing, nothing}, true)[0].held);
  CHECK(starts(pieces_of({reset}, true)) == std::vector{zero});
}

TEST_CASE("what no machine runs is refused with the set and the rule", "[unit][operators]") {
  const design_point point = edge_point();
  const auto message = [&](const std::string& set, const std::string& states = "4") {
    const auto call =
        generated({{"--channels", "4"}, {"--states", states}, {"--length", "9"}, {"--sets", set}}, 1);
    return refusal([&] { scan_sets_row.quantise(*call, nullptr, point, "file")->compile({}); });
  };
  CHECK(message("raster; raster tap=pre")
            .find("sets[1].tap: expected \"post\", or a call that runs as scans with sets (max_sets is 0") !=
        std::string::npos);
  CHECK(message("raster drive=plain")
            .find("sets[0].drive: expected \"dt\", or a call that runs as scans with sets (max_sets is 0") !=
        std::string::npos);
  CHECK(
      message("raster; raster gate=linear").find("sets[1].gate: expected \"silu\" or \"none\", or a call") !=
      std::string::npos);
  CHECK(message("raster", "100").find("at most max_states = 64") != std::string::npos);
  CHECK(message("raster").empty());
}

TEST_CASE("every named call of several sets generates and satisfies its contract", "[unit][operators]") {
  for (const sets_shape& shape : sets_shape_table()) {
    CAPTURE(shape.name);
    if (shape.channels * shape.states * shape.height * shape.width > 1 << 23)
      continue;  // a second of drawing and more
    const auto call = generated({{"--shape", shape.name}}, 1);
    CHECK(call->sets.size() <= max_scan_sets);
    CHECK(call->state_updates() > 0);
  }
}

}  // namespace scansim::test
