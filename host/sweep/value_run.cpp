#include "host/sweep/value_run.h"

#include <algorithm>
#include <filesystem>

#include "host/run/run.h"
#include "host/sweep/operator_workload.h"
#include "traces/generate.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

std::string placed_in(const std::string& root, const std::string& path) {
  return (std::filesystem::path(root) / path).lexically_normal().string();
}

run_request request_for(const sweep_spec& spec, const sweep_point& point, const sweep_workload& workload,
                        const std::vector<std::string>& rungs) {
  run_request request;
  request.trace_path = workload.trace.empty() ? "generate" : placed_in(spec.root, workload.trace);
  request.design.config = is_yaml_path(spec.base) ? placed_in(spec.root, spec.base) : spec.base;
  for (const auto& [name, value] : point.parameters)
    if (call_setting_of(name).empty()) request.design.overrides.push_back(name + "=" + text_of(value));
  if (workload.call) request.program = with_settings(*workload.call, point.parameters).program_options();
  request.rungs = rungs;
  request.seed = spec.memory_seed;
  return request;
}

generate_request drawn_scan(const scan_form& form) {
  generate_request request;
  request.channels = form.shape.channels, request.states = form.shape.states;
  request.groups = form.shape.groups, request.length = form.shape.length;
  request.batch = form.shape.batch;
  request.decode = form.options.decode, request.reverse = form.options.reverse;
  request.delta_softplus = form.options.delta_softplus;
  request.with_d = form.has_d, request.with_z = form.has_z, request.with_h0 = form.has_h0;
  request.with_delta_bias = form.has_delta_bias;
  return request;
}

case_loader loader_of(const sweep_workload& workload, const sweep_point& at) {
  if (!workload.trace.empty()) return {};
  if (!workload.call)
    return [&form = workload.form](const std::string&, const design_point& point) {
      return generated_case(drawn_scan(form), point);
    };
  return [&](const std::string& path, const design_point& point) {
    trace drawn;
    drawn.path = path;
    drawn.call_ = drawn_call(with_settings(*workload.call, at.parameters));
    return make_case(std::move(drawn), point);
  };
}

// The reference, and the rung that is judged by it.
std::vector<std::string> judged_rungs() {
  const auto rungs = rung_list();
  const auto reference = std::find_if(rungs.begin(), rungs.end(),
                                      [](const rung& one) { return one.source == rung_source::reference; });
  return {reference->name, value_rung()};
}

void take_values(const run_result& result, value_row& row) {
  const rung_result& judged = result.rungs.back();
  row.output_sha256 = judged.output_sha256;
  row.quantisation_mse = result.quantisation_relative_mse.value_or(0);
  if (result.hls_vs_ref_relative_mse) {
    row.relative_mse = *result.hls_vs_ref_relative_mse;
  } else {  // the call's own integers are not those of the machine
    row.status = row_status::failed;
    row.message = one_line(judged.finding);
  }
}

}  // namespace

run_result run_with_values(const sweep_spec& spec, const sweep_point& point, const sweep_workload& workload,
                           const std::vector<std::string>& rungs, run_observer& observer) {
  return run(request_for(spec, point, workload, rungs), observer, rung_list(), loader_of(workload, point));
}

value_row run_values(const sweep_spec& spec, const sweep_point& point, const std::string& key,
                     const sweep_workload& workload) {
  value_row row;
  row.key = key, row.point = point.id;
  fill_row(row, [&] {
    run_observer silent;
    take_values(run_with_values(spec, point, workload, judged_rungs(), silent), row);
  });
  return row;
}

}  // namespace scansim
