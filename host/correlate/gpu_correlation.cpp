#include "host/correlate/gpu_correlation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "host/correlate/correlation_outliers.h"
#include "host/correlate/correlation_rows.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

// Calls by checksum, in the order of their files.
class call_table {
 public:
  correlated_call& of_profile(const stored_profile& stored) {
    const profile_trace& trace = stored.profile.trace;
    if (!trace.sha256)
      throw input_error(stored.path, "trace.sha256", "the call that it ran (gpu import --trace)", "null");
    known& one = find(*trace.sha256);
    if (one.sizes_from.empty()) {
      if (!one.operator_from.empty() && trace.op != one.call.trace.op)
        differ(stored.path, "trace.operator", one.call.trace.op, one.operator_from, trace.op);
      one.call.trace = trace;
      one.sizes_from = one.operator_from = stored.path;
    } else {
      check_sizes(stored, one);
    }
    return one.call;
  }

  correlated_call& of_result(const result_source& result) {
    const json& trace = result.page["trace"];
    if (trace["sha256"].is_null())
      throw input_error(result.path, "trace.sha256", "the call that it ran", "null");
    known& one = find(trace["sha256"]);
    const std::string op = trace["operator"].is_null() ? "" : trace["operator"].get<std::string>();
    if (!op.empty() && !one.operator_from.empty() && op != one.call.trace.op)
      differ(result.path, "trace.operator", one.call.trace.op, one.operator_from, op);
    if (one.operator_from.empty()) {
      one.call.trace.op = op;
      one.call.trace.path = trace["path"];
      one.call.trace.sha256 = trace["sha256"];
      one.operator_from = result.path;
    }
    return one.call;
  }

  std::vector<correlated_call> taken() {
    std::vector<correlated_call> calls;
    for (known& one : calls_) calls.push_back(std::move(one.call));
    return calls;
  }

 private:
  struct known {
    std::string sha256, operator_from, sizes_from;  // files
    correlated_call call;
  };

  known& find(const std::string& sha256) {
    for (known& one : calls_)
      if (one.sha256 == sha256) return one;
    calls_.push_back({sha256, "", "", {}});
    return calls_.back();
  }

  [[noreturn]] static void differ(const std::string& file, const std::string& field,
                                  const std::string& wanted, const std::string& other,
                                  const std::string& found) {
    throw input_error(file, field,
                      printable(wanted) + ", as " + printable(other) + " has it of the same trace",
                      printable(found));
  }

  static void check_sizes(const stored_profile& stored, const known& one) {
    const profile_trace &trace = stored.profile.trace, &first = one.call.trace;
    if (trace.op != first.op) differ(stored.path, "trace.operator", first.op, one.sizes_from, trace.op);
    if (trace.mode != first.mode) differ(stored.path, "trace.mode", first.mode, one.sizes_from, trace.mode);
    const std::tuple<const char*, int64_t, int64_t> sizes[] = {{"batch", trace.batch, first.batch},
                                                               {"channels", trace.channels, first.channels},
                                                               {"states", trace.states, first.states},
                                                               {"groups", trace.groups, first.groups},
                                                               {"length", trace.length, first.length}};
    for (const auto& [name, found, wanted] : sizes)
      if (found != wanted)
        differ(stored.path, std::string("trace.") + name, std::to_string(wanted), one.sizes_from,
               std::to_string(found));
  }

  std::vector<known> calls_;
};

bool same_run(const correlation_row& one, const correlation_row& other) {
  return one.on == other.on && one.precision == other.precision && one.time_us && other.time_us &&
         std::abs(*one.time_us - *other.time_us) <= 1e-9 * *one.time_us;
}

// A result repeats what a profile of the folder says, or what the datasheet makes of it.
bool is_repeated(const correlated_call& call, const correlation_row& row) {
  return std::any_of(call.rows.begin(), call.rows.end(), [&](const correlation_row& one) {
    if (row.label == "modelled")
      return one.label == "modelled" && one.on == row.on && one.precision == row.precision;
    return row.label == "recorded" && one.measured() && one.label != "live" && same_run(one, row);
  });
}

int place_of(const std::string& label) {
  const char* const order[] = {"simulated", "modelled", "live", "recorded", "imported", "step"};
  return static_cast<int>(std::find(std::begin(order), std::end(order), label) - std::begin(order));
}

bool is_wanted(const correlated_call& call, const std::string& wanted) {
  return wanted.empty() || call.trace.path.find(wanted) != std::string::npos ||
         call.trace.sha256.value_or("").starts_with(wanted);
}

}  // namespace

std::optional<double> correlation_row::model_error() const {
  if (!measured() || !time_us || !model_us) return std::nullopt;
  return *model_us / *time_us - 1;
}

bool gpu_correlation::compared() const {
  return std::any_of(calls.begin(), calls.end(), [](const correlated_call& call) {
    const auto has = [&](const auto& claim) {
      return std::any_of(call.rows.begin(), call.rows.end(), claim);
    };
    const bool simulated = has([](const correlation_row& row) { return row.label == "simulated"; });
    return has([&](const correlation_row& row) {
      return row.measured() && row.time_us && (simulated || row.model_us);
    });
  });
}

gpu_correlation correlate_gpu(const correlate_request& request) {
  const correlation_sources sources = read_correlation_sources(request.folder, request.result);
  const known_devices devices(request.model_folder, request.model);
  call_table table;
  for (const stored_profile& stored : sources.profiles) {
    correlated_call& call = table.of_profile(stored);
    call.rows.push_back(row_of_profile(stored, devices));
    for (correlation_row& step : rows_of_steps(stored)) call.rows.push_back(std::move(step));
    if (auto row = modelled_row(stored, devices); row && !is_repeated(call, *row)) {
      row->file = stored.path;
      call.rows.push_back(std::move(*row));
    }
  }
  for (const result_source& result : sources.results) {
    correlated_call& call = table.of_result(result);
    for (correlation_row& row : rows_of_result(result))
      if (!is_repeated(call, row)) call.rows.push_back(std::move(row));
  }
  gpu_correlation found;
  found.folder = request.folder;
  found.passed_over = sources.passed_over;
  std::string known;
  for (correlated_call& call : table.taken()) {
    known += (known.empty() ? "" : ", ") + printable(call.trace.path);
    if (!is_wanted(call, request.trace)) continue;
    std::stable_sort(call.rows.begin(), call.rows.end(), [](const auto& a, const auto& b) {
      return std::tuple(place_of(a.label), a.on, a.precision) <
             std::tuple(place_of(b.label), b.on, b.precision);
    });
    found.calls.push_back(std::move(call));
  }
  if (found.calls.empty())
    throw input_error("command line", request.trace_option,
                      "part of a path or the begin of a checksum of " + known,
                      "'" + printable(request.trace) + "'");
  fit_models(found);
  find_outliers(found, request.outlier_percent);
  return found;
}

}  // namespace scansim
