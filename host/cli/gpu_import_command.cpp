// `scansim gpu import`: the raw page of Nsight Compute as a profile of our own format.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/gpu_commands.h"
#include "host/gpu_profile/ncu_import.h"
#include "host/gpu_profile/scan_work.h"
#include "host/run/gpu_rung.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/scan_trace.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

struct import_request {
  std::string ncu_path, json_path, trace_path, precision, device, decimal_mark;
  ncu_choice choice;
};

void describe_trace(gpu_profile& profile, const import_request& request) {
  const scan_trace trace = load_scan_trace(request.trace_path);
  const scan_tensors& tensors = trace.tensors;
  const scan_shape& shape = tensors.shape;
  profile.trace = {
      trace.sha256, trace.path,     "selective_scan", tensors.options.decode ? "decode" : "prefill",
      shape.batch,  shape.channels, shape.states,     shape.groups,
      shape.length};
  if (request.precision.empty()) return;
  gpu_choice choice;
  choice.precision = request.precision;
  profile.work = scan_work(shape, tensors.options, parts_of(tensors), precision_of(choice));
}

char mark_of(const std::string& text) {
  if (text.empty()) return 0;
  if (text != "." && text != ",")
    throw input_error("command line", "--decimal-mark", "'.' or ','", "'" + printable(text) + "'");
  return text.front();
}

int import_profile(import_request request) {
  request.choice.decimal_mark = mark_of(request.decimal_mark);
  delivery delivered({{"--json", request.json_path}}, {request.ncu_path, request.trace_path});
  if (!request.precision.empty()) {
    gpu_choice choice;
    choice.precision = request.precision;
    precision_of(choice);
  }
  gpu_profile profile = import_ncu_csv(request.ncu_path, request.choice);
  profile.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  if (!request.precision.empty()) profile.kernel.precision = request.precision;
  if (!request.device.empty()) profile.device.name = request.device;
  if (!request.trace_path.empty()) describe_trace(profile, request);
  const profile_metric* time = profile.find_metric("time");
  delivered.print(fmt::format("{}: {} metrics of {} launches of {}{}\n", request.ncu_path,
                              profile.metrics.size(), profile.metrics.front().samples, profile.kernel.name,
                              time ? fmt::format(", {:.4g} us", time->value) : ", no time"));
  if (delivered.attempt([&] { write_gpu_profile(request.json_path, profile); }))
    delivered.print("written: " + one_line(request.json_path) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_gpu_import(CLI::App& app) {
  app.footer(
      "Example: scansim gpu import --ncu raw.csv --json profile.json --trace layer.safetensors --precision "
      "fp32\n"
      "The page: ncu --csv --page raw --import report.ncu-rep > raw.csv. With --trace and --precision a "
      "profile "
      "under traces/gpu is what compare calls recorded.");
  auto request = std::make_shared<import_request>();
  app.add_option("--ncu", request->ncu_path, "Output of ncu --csv --page raw")->required();
  add_output_option(app, "--json", request->json_path, "Writes the profile")->required();
  app.add_option("--trace", request->trace_path, "The trace that the kernel ran");
  app.add_option("--precision", request->precision, "What the kernel computed in: fp32, fp16, bf16 or int8");
  app.add_option("--device", request->device, "Name of the device, where the page does not tell");
  app.add_option("--kernel", request->choice.kernel, "Regular expression that one kernel's name matches");
  app.add_option("--decimal-mark", request->decimal_mark,
                 "'.' or ',', where no number of the page tells which it is");
  app.add_option("--skip", request->choice.skip, "Leaves this column out; may be repeated")
      ->expected(1)
      ->take_all();
  return [request] { return import_profile(*request); };
}

}  // namespace scansim
