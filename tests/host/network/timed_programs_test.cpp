// Programs without values have the cycles and counters of those that calls with values are compiled to;
// slices are the whole.
#include "host/network/timed_programs.h"

#include <catch2/catch.hpp>

#include "host/network/machine_rotation.h"
#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "models/configs/data_directory.h"
#include "tests/host/program/random_programs.h"
#include "tests/support/rung_agreement.h"
#include "traces/generate.h"

namespace scansim {
namespace {

operator_shape shape_of(const operator_request& r) {
  if (r.name == "gemm")
    return {.kind = operation::gemm,
            .rows = r.rows,
            .inner = r.inner,
            .columns = r.columns,
            .y_bits = 16,
            .residual = r.epilogue == "residual",
            .silu = r.epilogue == "silu"};
  if (r.name == "conv1d")
    return {.kind = operation::conv1d,
            .tokens = r.length,
            .sequences = 1,
            .channels = r.channels,
            .width = r.width,
            .silu = r.silu,
            .stateful = r.with_state};
  if (r.name == "hadamard") return {.kind = operation::rotation, .rows = r.rows, .channels = r.size};
  if (r.name == "embedding")
    return {.kind = operation::embedding, .rows = r.rows, .columns = r.vocabulary, .channels = r.size};
  if (r.name == "rms_norm") return {.kind = operation::rms_norm, .rows = r.rows, .channels = r.size};
  return {.kind = operation::mamba_layer,
          .tokens = r.length,
          .sequences = r.batch,
          .channels = r.channels,
          .states = r.states,
          .width = r.width,
          .model = r.model_width,
          .rank = (r.model_width + 15) / 16,
          .directions = r.bidirectional ? 2 : 1,
          .stateful = r.with_state};
}

counter_values counters_of(device& machine, const program& p, const design_point& point) {
  return run_program(machine, p, point).counters;
}

void check_call(const operator_request& request, const operator_call& one, const design_point& point) {
  CAPTURE(point.name, request.name, request.seed, request.epilogue);
  const program valued = make_operator_program(one, {}, point, "test");
  const program timed = make_timed_program(shape_of(request), point);
  CHECK(compulsory_bytes(timed) == compulsory_bytes(valued));
  for (const char* memory : {"ideal", "dram-hbm2"}) {
    const auto machine = find_rung("fast")->make(
        point, device_options{.memory_model = memory, .seed = 1, .wave_path = ""}, {});
    test::check_counters(counters_of(*machine, valued, point), counters_of(*machine, timed, point),
                         counts_time | counts_events);
  }
}

}  // namespace

TEST_CASE("timed_programs operators have the cycles and counters of calls with values", "[network]") {
  for (const char* config : {"block-tiny", "block"}) {
    const design_point point = load_design_point(config, config_directory());
    std::mt19937_64 random(31);
    for (int i = 0; i < 40; ++i) {
      operator_request request = test::random_operator(random, point);
      request.pattern = "dense", request.weight_format = "int8";
      request.gather = request.scatter = request.with_bias = false;
      if (request.epilogue == "raw") request.epilogue = "none";
      operator_call one = generate_operator(request);
      if (request.name == "embedding") {
        auto table = payload<embedding_call>(one);
        table.ids = spread_ids(request.rows, request.vocabulary);
        one = operator_call(table);
      }
      check_call(request, one, point);
    }
  }
}

TEST_CASE("timed_programs layers have the cycles and counters of layers with values", "[network]") {
  const design_point point = load_design_point("block-tiny", config_directory());
  std::mt19937_64 random(32);
  for (int i = 0; i < 16; ++i) {
    operator_request request = test::random_layer(random, point, i % 3 == 2);
    request.pattern = request.state_pattern = "dense", request.weight_format = "int8";
    request.state_groups = 1;
    request.hadamard = machine_rotation(request.channels, point).has_value();
    const operator_call one = test::quantisable_layer(request, random, point);
    check_call(request, one, point);
  }
}

// A last chunk of another length makes directions differ in time.
TEST_CASE("timed_programs scans have the cycles and counters of traces", "[network]") {
  const design_point point = load_design_point("edge", config_directory());
  const auto machine = find_rung("fast")->make(
      point, device_options{.memory_model = "dram-ddr4", .seed = 1, .wave_path = ""}, {});
  for (int i = 0; i < 16; ++i) {
    generate_request request;
    request.channels = 70, request.states = 16, request.batch = 1 + i % 2;
    request.with_z = (i & 4) == 0, request.reverse = (i & 8) != 0,
    request.decode = request.with_h0 = (i & 2) != 0;
    request.length = request.decode ? 1 : 75;
    CAPTURE(i);
    const scan_tensors tensors = generate_scan(request);
    const quantised_scan scan = quantise(tensors, calibrate(tensors, widths_of(point)));
    const operator_shape shape{.kind = operation::scan,
                               .tokens = request.length,
                               .sequences = request.batch,
                               .channels = 70,
                               .states = 16,
                               .stateful = request.decode,
                               .reverse = request.reverse,
                               .gate = request.with_z};
    test::check_counters(counters_of(*machine, make_scan_program(scan, point), point),
                         counters_of(*machine, make_timed_program(shape, point), point),
                         counts_time | counts_events);
  }
}

TEST_CASE("timed_programs slices are the whole: channels, rows, tokens and sequences", "[network]") {
  const design_point point = load_design_point("block", config_directory());
  const auto columns = [](const operator_slice& s) {
    return static_cast<int64_t>(s.times) * s.shape.rows * s.shape.inner * s.shape.columns;
  };
  for (const int64_t rows : {1, 7, 2048, 70000})
    for (const int64_t inner : {16, 768, 5120})
      for (const int64_t width : {1, 96, 10240, 50280, 256000}) {
        CAPTURE(rows, inner, width);
        int64_t sum = 0;
        for (const operator_slice& slice :
             slices_of({.kind = operation::gemm, .rows = rows, .inner = inner, .columns = width}, point)) {
          CHECK(slice.times >= 1);
          CHECK(slice.shape.inner == inner);
          sum += columns(slice);
        }
        CHECK(sum == rows * inner * width);
      }
  for (const operation kind : {operation::conv1d, operation::scan})
    for (const bool stateful : {false, true})
      for (const int64_t length : {1, 40, 2048, 100001, 1000003})
        for (const int64_t batch : {1, 3, 257}) {
          CAPTURE(stateful, length, batch);
          int64_t tokens = 0, fresh = 0;
          for (const operator_slice& slice : slices_of({.kind = kind,
                                             .tokens = length,
                                             .sequences = batch,
                                             .channels = 1024,
                                             .states = 16,
                                             .width = 4,
                                             .stateful = stateful},
                                                       point)) {
            const auto sequences = static_cast<int64_t>(slice.times) * slice.shape.sequences;
            CHECK(slice.times >= 1);
            tokens += sequences * slice.shape.tokens;
            if (!slice.shape.stateful) fresh += sequences;
          }
          CHECK(tokens == batch * length);
          CHECK(fresh == (stateful ? 0 : batch));
        }
}

}  // namespace scansim
