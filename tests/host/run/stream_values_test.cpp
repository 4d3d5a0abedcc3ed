// What systemc tells of the streams between its blocks, by which a difference is located: values as wide as
// the format of the stream says, as many as it says, and those of the rows of y and of the last state are the
// outputs. Of calls that agree.
#include <algorithm>
#include <catch2/catch.hpp>

#include "host/program/program_driver.h"
#include "host/run/load_case.h"
#include "models/configs/design_point.h"
#include "sim/rungs/rung.h"
#include "sim/rungs/stream_log.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/trace.h"

namespace scansim {
namespace {

struct told_run {
  stream_records streams;
  std::vector<named_integers> outputs;
  machine_shape shape;
};

told_run run_told(operator_case& call, const design_point& point) {
  call.quantise();
  stream_log log;
  told_run told{{}, {}, machine_shape(point)};
  size_t starts = 0;
  {
    device_options options{.memory_model = "random", .seed = 3};
    options.stream_log = log.descriptor();
    const auto machine = find_rung("systemc")->make(point, options, {});
    program_result result = run_program(*machine, call.compiled({}), point);
    starts = result.starts.size();
    told.outputs = std::move(result.outputs);
  }
  told.streams = log.records(starts);
  return told;
}

bool fits(int64_t value, const beat_field& field) {
  const int64_t end = int64_t{1} << (field.is_signed ? field.bits - 1 : field.bits);
  return value < end && value >= (field.is_signed ? -end : 0);
}

// How many beats had values.
int64_t check_formats(const told_run& told, machine_stream which) {
  const beat_format format = format_of(which, told.shape);
  int64_t beats = 0;
  bool wide = false, sized = true;
  for (const start_streams& start : told.streams.starts)
    for (const stream_beat& beat : start[static_cast<size_t>(which)].beats) {
      if (beat.values.empty()) continue;
      ++beats;
      sized = sized && beat.values.size() == static_cast<size_t>(format.lanes) * format.fields.size();
      for (size_t i = 0; i < beat.values.size() && !format.fields.empty(); ++i)
        wide = wide || !fits(beat.values[i], format.fields[i % format.fields.size()]);
    }
  INFO("stream " << row_of(which).name);
  CHECK(sized);
  CHECK_FALSE(wide);
  return beats;
}

std::vector<int64_t> sorted_values(const told_run& told, machine_stream which) {
  std::vector<int64_t> values;
  for (const start_streams& start : told.streams.starts)
    for (const stream_beat& beat : start[static_cast<size_t>(which)].beats)
      values.insert(values.end(), beat.values.begin(), beat.values.end());
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<int64_t> sorted_outputs(const told_run& told, const std::string& name) {
  for (const named_integers& one : told.outputs)
    if (one.name == name) {
      std::vector<int64_t> values(one.values.begin(), one.values.end());
      std::sort(values.begin(), values.end());
      return values;
    }
  return {};
}

}  // namespace

TEST_CASE("streams of systemc have as many values as their formats, as wide", "[run][systemc]") {
  using enum machine_stream;
  const test::temporary_folder folder;
  operator_request sparse;
  sparse.name = "gemm", sparse.rows = 5, sparse.inner = 64, sparse.columns = 24, sparse.pattern = "2:4",
  sparse.epilogue = "residual";
  write_trace(folder.file("sparse"), generate_operator(sparse), nlohmann::json::object());
  const std::pair<std::string, std::vector<machine_stream>> calls[] = {
      {test::source_dir() + "/traces/byte-mamba-block-layer.safetensors",
       {tokens, dt, skip, acc, y, gemm_y, conv_x, conv_u, norm_x, norm_w, norm_y, hadamard_x, hadamard_y}},
      {folder.file("sparse"), {positions, gemm_y, gemm_r}}};
  const design_point point = load_design({"block-tiny", {}});
  for (const auto& [path, with_values] : calls) {
    const auto call = load_case(path, point);
    const told_run told = run_told(*call, point);
    std::vector<int64_t> beats;
    for (size_t i = 0; i < static_cast<size_t>(count); ++i)
      beats.push_back(check_formats(told, static_cast<machine_stream>(i)));
    for (const machine_stream stream : with_values) {
      INFO(path << ": " << row_of(stream).name);
      CHECK(beats[static_cast<size_t>(stream)] > 0);
    }
  }
}

TEST_CASE("the rows of y and of the last state that systemc tells are its outputs", "[run][systemc]") {
  for (const char* output_bits : {"output_bits=8", "output_bits=16"}) {
    const design_point point = load_design({"tiny", {output_bits}});
    generate_request scan;
    scan.channels = 8, scan.states = 4, scan.length = 21, scan.with_h0 = true;
    const auto call = generated_case(scan, point);
    const told_run told = run_told(*call, point);
    CAPTURE(output_bits);
    CHECK(sorted_values(told, machine_stream::y) == sorted_outputs(told, "y"));
    CHECK(sorted_values(told, machine_stream::ht) == sorted_outputs(told, "h_last"));
    check_formats(told, machine_stream::y);
  }
}

}  // namespace scansim
