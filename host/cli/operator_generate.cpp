#include "host/cli/operator_generate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/cli/design_options.h"
#include "host/cli/interruption.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/operators/block_operators.h"
#include "traces/input_error.h"
#include "traces/operator_trace.h"

namespace scansim {

namespace {

constexpr const char* scan_name = "selective_scan";

bool lists(const std::string& owners, const std::string& name) {
  return (" " + owners + " ").find(" " + name + " ") != std::string::npos;
}

}  // namespace

void add_operator_options(CLI::App& app, operator_options& options) {
  operator_request& r = options.request;
  r.name = scan_name;
  app.add_option("--operator", r.name, "selective_scan, gemm, conv1d, hadamard, rms_norm or mamba_block")
      ->capture_default_str();
  const auto size = [&](const char* name, int64_t& value, const char* text, const char* owners) {
    app.add_option(name, value, text)->check(whole_number<int64_t>);
    options.owners[name] = owners;
  };
  size("--rows", r.rows, "gemm: M; hadamard, rms_norm: rows", "gemm hadamard rms_norm");
  size("--inner", r.inner, "gemm: K", "gemm");
  size("--columns", r.columns, "gemm: N", "gemm");
  size("--size", r.size, "hadamard: n; rms_norm: D", "hadamard rms_norm");
  size("--width", r.width, "conv1d, mamba_block: W, 2 to 4; default 4", "conv1d mamba_block");
  size("--model-width", r.model_width, "mamba_block: d_model", "mamba_block");
  const auto word = [&](const char* name, std::string& value, const char* text, const char* owners) {
    app.add_option(name, value, text);
    options.owners[name] = owners;
  };
  word("--pattern", r.pattern, "gemm, mamba_block: N:M of the weights, or dense", "gemm mamba_block");
  word("--weight-format", r.weight_format, "gemm, mamba_block: int8 or w4g128", "gemm mamba_block");
  word("--epilogue", r.epilogue, "gemm: none, silu, residual or raw", "gemm");
  app.add_option("--eps", r.eps, "rms_norm, mamba_block: eps");
  options.owners["--eps"] = "rms_norm mamba_block";
  const auto flag = [&](const char* name, bool& value, const char* text, const char* owners) {
    app.add_flag(name, value, text);
    options.owners[name] = owners;
  };
  flag("--gather", r.gather, "gemm: takes M rows out of 2 M of x", "gemm");
  flag("--transposed", r.transposed,
       "gemm: w (K, N), N:M along K, as a layer's weight in the backward data pass", "gemm");
  flag("--scatter", r.scatter, "gemm: stores into M rows out of 2 M of y", "gemm");
  flag("--state", r.with_state, "conv1d, mamba_block: starts from earlier inputs", "conv1d mamba_block");
  flag("--bidirectional", r.bidirectional, "mamba_block: a second direction", "mamba_block");
  flag("--no-hadamard", options.no_hadamard, "mamba_block: y is not rotated in front of out_proj",
       "mamba_block");
  flag("--no-silu", options.no_silu, "conv1d: no silu", "conv1d");
  for (const char* name : {"--shape", "--groups", "--batch", "--decode", "--reverse", "--h0", "--no-z",
                           "--no-d", "--no-softplus"})
    options.owners[name] = scan_name;
  for (const char* name : {"--state-pattern", "--state-groups"})
    options.owners[name] = std::string(scan_name) + " mamba_block";
  options.owners["--states"] = "selective_scan mamba_block";
  options.owners["--channels"] = "selective_scan conv1d mamba_block";
  options.owners["--length"] = "selective_scan conv1d mamba_block";
  options.owners["--no-bias"] = "selective_scan gemm conv1d mamba_block";
}

void check_operator_options(const CLI::App& app, const operator_options& options) {
  const std::string& name = options.request.name;
  const auto& names = operator_names();
  if (name != scan_name && std::find(names.begin(), names.end(), name) == names.end())
    throw input_error("command line", "--operator",
                      fmt::format("{} or one of {}", scan_name, fmt::join(names, ", ")), "'" + name + "'");
  for (const auto& [option, owners] : options.owners)
    if (app.count(option) > 0 && !lists(owners, name))
      throw input_error("command line", option, "an option of " + name, "one of " + owners);
}

int generate_operator_trace(const operator_options& options, bool expect, const std::string& out) {
  check_output_path("--out", out);
  operator_request request = options.request;
  request.silu = !options.no_silu, request.hadamard = !options.no_hadamard;
  progress_display progress(false);
  progress.begin_step("generating");
  operator_call call = generate_operator(request);
  nlohmann::json provenance = operator_provenance(request);
  if (expect) {
    progress.begin_step("ref");
    const std::vector<double> y = operator_on_ref(call);
    std::visit([&](auto& one) { one.expect_y.assign(y.begin(), y.end()); }, call);
    provenance["expect"] = "scansim ref (double precision), rounded to float";
  }
  progress.begin_step("writing " + out);
  const interruption_guard guard;
  write_operator_trace(out, call, provenance);
  fmt::print("written: {}\n", out);
  return status_agree;
}

}  // namespace scansim
