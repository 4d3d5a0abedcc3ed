#include "host/correlate/correlation_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "host/gpu_profile/kernel_work.h"
#include "host/gpu_profile/roofline.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr double us_per_s = 1e6, pj_per_uj = 1e6;

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::optional<double> number_or_none(const json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::string text_or_empty(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

// The least work of the call with what the kernel issues that would run on the device.
profile_work work_on(const gpu_profile& profile, const gpu_datasheet& sheet, std::string& kernel) {
  profile_work work = *profile.work;
  if (const auto issued = kernel_work_of(profile.trace, profile.kernel.precision, work, sheet)) {
    work.instructions = issued->instructions;
    work.shared_bytes = issued->shared_bytes;
    work.unit_ops = issued->unit_ops;
    kernel = issued->kernel;
  }
  return work;
}

void add_shares(correlation_row& row, const roofline_bound& bound, const std::string& basis) {
  for (const roofline_time& one : bound.times)
    if (one.time_us > 0) row.shares.push_back({one.ceiling, basis, one.time_us / *row.time_us});
}

void take_model(correlation_row& row, const roofline_bound& bound, const std::string& basis) {
  row.model_us = bound.time_us;
  row.model_ceiling = bound.ceiling;
  row.model_basis = basis;
}

// Bytes that a profiler saw on the memory's side.
std::optional<double> dram_bytes(const gpu_profile& profile) {
  if (const profile_metric* all = profile.find_metric("dram_bytes")) return all->value;
  const profile_metric *read = profile.find_metric("dram_read_bytes"),
                       *written = profile.find_metric("dram_write_bytes");
  if (read == nullptr || written == nullptr) return std::nullopt;
  return read->value + written->value;
}

void add_models(correlation_row& row, const gpu_profile& profile, const known_devices& devices) {
  std::vector<profile_ceiling> measured;
  for (const profile_ceiling& one : profile.ceilings)
    if (one.basis == "measured") measured.push_back(one);
  if (const auto bound = roofline(*profile.work, measured, exp_way_of(profile.kernel))) {
    add_shares(row, *bound, "measured");
    take_model(row, *bound, "measured ceilings");
  }
  const gpu_datasheet* sheet = devices.find(profile.device.name);
  if (sheet == nullptr) {
    if (!row.model_us) row.note = "no datasheet names its device (--gpu-model)";
    return;
  }
  std::string kernel;
  if (const auto bound = roofline(work_on(profile, *sheet, kernel), sheet->ceilings)) {
    add_shares(row, *bound, "datasheet " + sheet->name);
    take_model(row, *bound, "datasheet " + sheet->name);
  }
}

}  // namespace

known_devices::known_devices(const std::string& folder, const std::string& fallback) {
  for (const std::string& name : list_gpu_datasheets(folder))
    sheets_.push_back(load_gpu_datasheet(name, folder));
  if (!fallback.empty()) fallback_ = load_gpu_datasheet(fallback, folder);
}

const gpu_datasheet* known_devices::find(const std::string& device) const {
  const std::string wanted = lower_case(device);
  for (const gpu_datasheet& sheet : sheets_) {
    if (lower_case(sheet.device) == wanted) return &sheet;
    for (const std::string& name : sheet.cuda_names)
      if (lower_case(name) == wanted) return &sheet;
  }
  return fallback_ ? &*fallback_ : nullptr;
}

correlation_row row_of_profile(const stored_profile& stored, const known_devices& devices) {
  const gpu_profile& profile = stored.profile;
  correlation_row row;
  row.label = profile.origin == "recorder" ? "recorded" : "imported";
  row.on = profile.device.name;
  row.kernel = profile.kernel.name;
  row.precision = profile.kernel.precision;
  row.origin = profile.origin;
  row.file = stored.path;
  if (profile.work) row.least_bytes = profile.work->bytes;
  if ((row.bytes = dram_bytes(profile))) row.bytes_basis = "DRAM";
  if (profile.energy)
    row.energy = {profile.energy->idle_included_uj, profile.energy->idle_subtracted_uj,
                  profile.energy->idle_included_uj, profile.energy->level, "measured, low is without idle"};
  const profile_metric* time = profile.find_metric("time");
  if (time == nullptr) {
    row.note = "no time in it";
    return row;
  }
  row.time_us = time->value;
  row.low_us = time->low;
  row.high_us = time->high;
  if (profile.work)
    add_models(row, profile, devices);
  else
    row.note = "its precision or call is not told, so no model (gpu import --trace --precision)";
  return row;
}

std::vector<correlation_row> rows_of_steps(const stored_profile& stored) {
  std::vector<correlation_row> rows;
  for (const profile_metric& metric : stored.profile.metrics) {
    if (!metric.name.starts_with(step_time_prefix) || metric.unit != "us") continue;
    correlation_row row;
    row.label = "step";
    row.on = stored.profile.device.name;
    row.kernel = metric.name.substr(step_time_prefix.size());
    row.precision = stored.profile.kernel.precision;
    row.origin = stored.profile.origin;
    row.file = stored.path;
    row.time_us = metric.value, row.low_us = metric.low, row.high_us = metric.high;
    row.note = "a kernel of " + stored.profile.kernel.name + " by itself";
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<correlation_row> modelled_row(const stored_profile& stored, const known_devices& devices) {
  const gpu_profile& profile = stored.profile;
  const gpu_datasheet* sheet = devices.find(profile.device.name);
  if (sheet == nullptr || !profile.work) return std::nullopt;
  correlation_row row;
  row.label = "modelled";
  row.on = sheet->device;
  row.precision = profile.kernel.precision;
  row.origin = "datasheet " + sheet->name;
  const auto bound = roofline(work_on(profile, *sheet, row.kernel), sheet->ceilings);
  if (!bound) return std::nullopt;
  row.time_us = bound->time_us;
  row.bytes = row.least_bytes = profile.work->bytes;
  row.bytes_basis = "least";
  row.energy = correlation_energy{sheet->power_limit_w * bound->time_us, {}, {}, "board", "at most"};
  add_shares(row, *bound, row.origin);
  row.note = "bound by " + bound->ceiling + (bound->basis == "assumption" ? ", an assumption" : "");
  return row;
}

namespace {

correlation_row machine_row(const json& page, const json& rung) {
  correlation_row row;
  row.label = "simulated";
  row.on = text_or_empty(page["design_point"].value("name", json())) + ", " + rung["name"].get<std::string>();
  row.origin = page["memory_model"];
  row.time_us = rung["time_s"].get<double>() * us_per_s;
  row.least_bytes = number_or_none(page["trace"]["compulsory_bytes"]);
  if (const json& energy = rung["energy"]; !energy.is_null())
    row.energy = {energy["nominal_pj"].get<double>() / pj_per_uj, energy["low_pj"].get<double>() / pj_per_uj,
                  energy["high_pj"].get<double>() / pj_per_uj, energy["level"], "estimated"};
  const json& machine = rung["machine"];
  if (machine.is_null()) return row;
  if ((row.bytes = number_or_none(machine["moved_bytes"]))) row.bytes_basis = "port";
  for (const json& roof : machine["roofs"])
    if (const double peak = roof["peak_per_s"].get<double>(); peak > 0)
      row.shares.push_back(
          {roof["unit"], "design point", roof["amount"].get<double>() / peak / rung["time_s"].get<double>()});
  if (const double peak = machine["peak_bytes_per_s"].get<double>(); peak > 0)
    row.shares.push_back({"memory port", "memory model", machine["bytes_per_s"].get<double>() / peak});
  return row;
}

correlation_row gpu_row(const json& rung) {
  const json &gpu = rung["gpu"], &time = gpu["time_us"], &roof = gpu["roofline"];
  correlation_row row;
  row.label = gpu["label"];
  row.on = gpu["device"];
  row.kernel = text_or_empty(gpu["kernel"]);
  row.precision = gpu["precision"];
  row.origin = gpu["source"];
  row.time_us = time["median"].get<double>();
  row.low_us = number_or_none(time["low"]);
  row.high_us = number_or_none(time["high"]);
  if (const json& energy = gpu["energy"]; !energy.is_null()) {
    const auto included = number_or_none(energy["idle_included_uj"]),
               bound = number_or_none(energy["upper_bound_uj"]);
    if (included || bound)
      row.energy = {included ? *included : *bound, number_or_none(energy["idle_subtracted_uj"]), included,
                    energy["level"], included ? "measured, low is without idle" : "at most"};
  }
  const auto bound_us = number_or_none(roof["time_us"]);
  if (row.label == "modelled" || !bound_us) return row;
  row.model_us = bound_us;
  row.model_ceiling = text_or_empty(roof["ceiling"]);
  row.model_basis = "measured ceilings";
  row.shares.push_back({row.model_ceiling, "measured", *bound_us / *row.time_us});
  return row;
}

}  // namespace

std::vector<correlation_row> rows_of_result(const result_source& result) {
  std::vector<correlation_row> rows;
  std::vector<std::pair<json, size_t>> machines;  // cycles, index of their row
  for (const json& rung : result.page["rungs"]) {
    if (!rung["gpu"].is_null()) {
      rows.push_back(gpu_row(rung));
    } else if (!rung["time_s"].is_null() && rung["time_s"] > 0) {
      const auto same = std::find_if(machines.begin(), machines.end(),
                                     [&](const auto& one) { return one.first == rung["cycles"]; });
      if (same != machines.end()) {
        rows[same->second].on += ", " + rung["name"].get<std::string>();
        continue;
      }
      machines.emplace_back(rung["cycles"], rows.size());
      rows.push_back(machine_row(result.page, rung));
    }
  }
  for (correlation_row& row : rows) row.file = result.path;
  return rows;
}

}  // namespace scansim
