// `scansim gpu import`: what another profiler wrote as a profile of our own format, or with --list a table of
// it.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>
#include <memory>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/gpu_commands.h"
#include "host/cli/list_option.h"
#include "host/cli/option_checks.h"
#include "host/cuda/measure/gpu_call.h"
#include "host/gpu_profile/profile_import.h"
#include "host/run/gpu_rung.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

struct import_request {
  std::string ncu, nsys, pytorch;  // the file, behind its tool's option
  std::string json_path, trace_path, precision, device, decimal_mark;
  bool list = false;
  import_choice choice;
};

struct import_file {
  std::string path;
  import_tool tool;
};

import_file file_of(const import_request& request) {
  std::vector<import_file> files;
  for (const auto& [path, tool] :
       {std::pair(request.ncu, import_tool::ncu), std::pair(request.nsys, import_tool::nsys),
        std::pair(request.pytorch, import_tool::pytorch)})
    if (!path.empty()) files.push_back({path, tool});
  if (files.size() != 1)
    throw input_error("command line", "gpu import", "one of --ncu, --nsys and --pytorch",
                      files.empty() ? "none" : fmt::format("{}", files.size()));
  return files[0];
}

// Of any operator that has kernels.
void describe_trace(gpu_profile& profile, const import_request& request) {
  const std::unique_ptr<gpu_call> call = load_gpu_call(request.trace_path);
  profile.trace = call->described();
  if (profile.trace.mode == "decode" && profile.trace.length > 1 && request.choice.calls == 0)
    throw input_error(
        "command line", "--calls",
        fmt::format("how many calls the file holds: one of {} is {} tokens, a launch each or all in one",
                    printable(request.trace_path), profile.trace.length),
        "none");
  if (!request.precision.empty())
    profile.work = call->work(precision_named(request.precision, "--precision"));
}

char mark_of(const std::string& text) {
  if (text.empty()) return 0;
  if (text != "." && text != ",")
    throw input_error("command line", "--decimal-mark", "'.' or ','", "'" + printable(text) + "'");
  return text.front();
}

// One line per reason, in the order of the columns.
std::string left_out_text(const gpu_profile& profile) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const auto& [column, reason] : profile.import->left_out) {
    auto known = reasons.begin();
    while (known != reasons.end() && known->first != reason) ++known;
    if (known == reasons.end()) known = reasons.insert(known, {reason, {}});
    known->second.push_back(one_line(column));
  }
  std::string text;
  for (const auto& [reason, columns] : reasons)
    text += fmt::format("left out, {} column{} ({}): {}\n", columns.size(), columns.size() == 1 ? "" : "s",
                        one_line(reason), fmt::join(columns, ", "));
  return text;
}

std::string imported_text(const gpu_profile& profile, const std::string& path) {
  const profile_metric* time = profile.find_metric("time");
  const profile_import& from = *profile.import;
  std::string text =
      fmt::format("{}: {}, {} metric{} of {} launch{} of {}", one_line(path), from.source,
                  profile.metrics.size(), profile.metrics.size() == 1 ? "" : "s", from.launches,
                  from.launches == 1 ? "" : "es", one_line(profile.kernel.name));
  text += time == nullptr ? std::string(", no time\n") : fmt::format(", {:.4g} us\n", time->value);
  if (time != nullptr)
    text += fmt::format("time: {}\n", one_line(time->aggregation + ", from " + time->source));
  return text + left_out_text(profile);
}

int list_launches(const import_request& request) {
  const import_file file = file_of(request);
  delivery delivered({}, {});
  const import_page page = read_import(file.path, file.tool, request.choice.decimal_mark);
  delivered.print(fmt::format("{}: {}\n", one_line(file.path), page.source));
  delivered.print(import_listing(page, file.path, request.choice));
  return delivered.status(status_agree);
}

int import_launches(import_request request) {
  const import_file file = file_of(request);
  request.choice.decimal_mark = mark_of(request.decimal_mark);
  if (request.list) return list_launches(request);
  if (request.json_path.empty())
    throw input_error("command line", "--json", "a file for the profile (or --list)", "none");
  delivery delivered({{"--json", request.json_path}}, {file.path, request.trace_path});
  if (!request.precision.empty()) precision_named(request.precision, "--precision");
  gpu_profile profile = import_profile(file.path, file.tool, request.choice);
  profile.import->sha256 = sha256_of_file(file.path);
  profile.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  if (!request.precision.empty()) profile.kernel.precision = request.precision;
  if (!request.device.empty()) profile.device.name = request.device;
  if (!request.trace_path.empty()) describe_trace(profile, request);
  delivered.print(imported_text(profile, file.path));
  if (delivered.attempt([&] { write_gpu_profile(request.json_path, profile); }))
    delivered.print("written: " + one_line(request.json_path) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_gpu_import(CLI::App& app) {
  app.footer(
      "Example: scansim gpu import --ncu raw.csv --json profile.json --trace layer.safetensors --precision "
      "fp32\n"
      "Example: scansim gpu import --nsys report.sqlite --list\n"
      "Example: scansim gpu import --pytorch trace.json --kernel 'conv1d|scan' --calls 10 --json "
      "profile.json\n"
      "The files: ncu --csv --page raw --import report.ncu-rep > raw.csv (or --page details); nsys export "
      "--type "
      "sqlite report.nsys-rep, or nsys stats --format csv --report cuda_gpu_trace (or cuda_gpu_kern_sum); "
      "prof.export_chrome_trace(\"trace.json\"). With --trace and --precision a profile under traces/gpu is "
      "what "
      "compare calls recorded.");
  auto request = std::make_shared<import_request>();
  app.add_option("--ncu", request->ncu, "Output of ncu --csv: the raw or the details page");
  app.add_option("--nsys", request->nsys,
                 "Kernel summary or trace of nsys stats as CSV, or the exported SQLite");
  app.add_option("--pytorch", request->pytorch, "Chrome trace of PyTorch's profiler");
  add_output_option(app, "--json", request->json_path, "Writes the profile");
  app.add_flag("--list", request->list, "Prints the kernels and launches of the file instead");
  app.add_option("--trace", request->trace_path, "The trace that the kernel ran");
  app.add_option("--precision", request->precision,
                 "What the kernel computed in: fp32, fp16, bf16, int8, or bf16-int8-state and its like");
  app.add_option("--device", request->device, "Name of the device, where the file does not tell");
  app.add_option("--kernel", request->choice.kernel,
                 "Regular expression that a part of the kernel's name matches");
  app.add_option("--grid", request->choice.grid, "Launches of this grid: X,Y,Z");
  add_list_option(app, "--launch", request->choice.launches,
                  "Launches of these ids: 3 or 5-9, comma separated");
  app.add_option(
         "--calls", request->choice.calls,
         "The launches chosen are so many calls; those of one call are added up. Default: each is a call")
      ->check([](const std::string& text) {
        const std::string wrong = whole_number<int64_t>(text);
        return wrong.empty() && text[0] != '0' && text[0] != '-'
                   ? ""
                   : "expected a whole number > 0, found '" + text + "'";
      });
  app.add_option("--decimal-mark", request->decimal_mark,
                 "'.' or ',', where no number of the file tells which it is");
  app.add_option("--skip", request->choice.skip, "Leaves this column out; may be repeated")
      ->expected(1)
      ->take_all();
  app.add_flag("--strict", request->choice.strict, "Refuses what would be left out, unless --skip names it");
  return [request] { return import_launches(*request); };
}

}  // namespace scansim
