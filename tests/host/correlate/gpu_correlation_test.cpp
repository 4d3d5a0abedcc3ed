// Rows of a folder of profiles and results: which they are, what the model makes of them, which stand out,
// and what is refused. All figures are invented.
#include "host/correlate/gpu_correlation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "host/gpu_profile/profile_import.h"
#include "host/gpu_profile/scan_work.h"
#include "host/report/result_json.h"
#include "tests/host/gpu_profile/profile_example.h"
#include "tests/host/report/run_result_example.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

using nlohmann::json;

const std::string sha256_of_call(64, '1');
constexpr scan_shape shape{1, 1536, 16, 1, 2048};

// A record of mamba-130m's prefill on a device that a datasheet names.
gpu_profile headline(const std::string& precision, double time_us) {
  gpu_profile profile = test::example_profile();
  profile.trace = {sha256_of_call, "p130.safetensors", "selective_scan", "prefill",   shape.batch,
                   shape.channels, shape.states,       shape.groups,     shape.length};
  profile.device.name = "NVIDIA H100 80GB HBM3";
  profile.kernel.precision = precision;
  profile.metrics = {{"time", "us", "median of 100 launches", time_us, time_us * 0.98, time_us * 1.02, 100}};
  profile.work = scan_work(shape, {.delta_softplus = true}, {true, true, true, false},
                           precision == "fp32" ? gpu_precision::fp32 : gpu_precision::bf16);
  profile.ceilings = {{"copy_bandwidth", "byte/s", 3e12, "measured", "device copy"},
                      {"unit_rate", "op/s", 3.7e12, "measured", "ex2 alone"}};
  profile.energy = profile_energy{"board", "energy counter", 2.0, 100.0, 200000, 9000.0, 6000.0};
  return profile;
}

// The same call as Nsight Compute would tell it, with bytes of DRAM.
gpu_profile imported(const std::string& precision, const std::string& time, const std::string& megabytes) {
  const std::string page =
      "\"ID\",\"Kernel Name\",\"CC\",\"device__attribute_display_name\",\"dram__bytes.sum\","
      "\"gpu__time_duration.sum\"\n\"\",\"\",\"\",\"\",\"Mbyte\",\"usecond\"\n"
      "\"0\",\"selective_scan_fwd_kernel<A, B>\",\"9.0\",\"NVIDIA H100 80GB HBM3\",\"" +
      megabytes + "\",\"" + time + "\"\n";
  gpu_profile profile = import_text(page, "raw.csv", import_tool::ncu, {});
  const gpu_profile of_call = headline(precision, 1);
  profile.created = "2026-01-02T03:04:05Z";
  profile.trace = of_call.trace;
  profile.kernel.precision = precision;
  profile.work = of_call.work;
  return profile;
}

struct source_folder {
  test::temporary_folder folder;
  std::string put(const std::string& name, const gpu_profile& profile) const {
    write_gpu_profile(folder.file(name), profile);
    return folder.file(name);
  }
  std::string put(const std::string& name, const std::string& text) const {
    test::write_bytes(folder.file(name), text);
    return folder.file(name);
  }
  correlate_request request() const {
    correlate_request asked;
    asked.folder = folder.path().string();
    asked.model_folder = gpu_model_directory();
    return asked;
  }
  gpu_correlation found() const { return correlate_gpu(request()); }
  std::string refused() const {
    const std::string said = test::refusal([&] { found(); });
    CHECK(said.find('\n') == std::string::npos);
    return said;
  }
};

run_result machine_result() {
  run_result result = example_result();
  result.trace_sha256 = sha256_of_call;
  result.trace_path = "p130.safetensors";
  return result;
}

const correlation_row& row_of(const gpu_correlation& found, const std::string& label,
                              const std::string& precision) {
  for (const correlation_row& row : found.calls.at(0).rows)
    if (row.label == label && row.precision == precision) return row;
  FAIL("no row " << label << " " << precision);
  throw 0;
}

}  // namespace

TEST_CASE("correlation puts machine, model, records and imports of a call side by side", "[correlate]") {
  const source_folder place;
  place.put("bf16.json", headline("bf16", 30));
  place.put("fp32.json", headline("fp32", 25));
  place.put("ncu.json", imported("bf16", "41", "27"));
  place.put("verdict.json", result_json_text(machine_result()));
  place.put("board.csv", "a,b\n");
  const gpu_correlation found = place.found();
  REQUIRE(found.calls.size() == 1);
  REQUIRE(found.calls[0].rows.size() == 6);  // one machine, two models, two records, an import
  CHECK(found.compared());
  CHECK(found.passed_over == std::vector{place.folder.file("board.csv")});
  std::string order;
  for (const correlation_row& row : found.calls[0].rows) order += row.label.substr(0, 1);
  CHECK(order == "smmrri");

  const correlation_row& machine = found.calls[0].rows[0];
  CHECK(machine.on == "base, systemc, rtl");  // equal cycles are one row
  const design_point point = load_design_point("base", config_directory());
  CHECK(*machine.time_us == Approx(1000 / point.clock_mhz));
  CHECK(*machine.least_bytes == 12000);
  REQUIRE(machine.energy);
  CHECK(machine.energy->level.find("circuit") != std::string::npos);

  const correlation_row& record = row_of(found, "recorded", "bf16");
  CHECK(*record.time_us == 30);
  CHECK_FALSE(record.bytes);  // a recorder sees no DRAM
  CHECK(*record.least_bytes == headline("bf16", 1).work->bytes);
  CHECK(record.energy->uj == 9000);
  CHECK(*record.energy->low_uj == 6000);
  CHECK(record.energy->level == "board");
  const correlation_row& model = row_of(found, "modelled", "bf16");
  CHECK(model.on == "NVIDIA H100 SXM5 80GB");
  CHECK(model.energy->basis == "at most");
  CHECK(*record.model_us == *model.time_us);
  CHECK(*record.model_error() == Approx(*model.time_us / 30 - 1));

  const correlation_row& import = row_of(found, "imported", "bf16");
  CHECK(import.kernel == "selective_scan_fwd_kernel<A, B>");
  CHECK(import.origin == "ncu");
  CHECK(*import.bytes == Approx(27e6));
  CHECK(import.bytes_basis == "DRAM");
  CHECK(*import.model_us == *model.time_us);  // of the same device
}

TEST_CASE("correlation has the kernels of a call as rows of their own, without model and in no fit",
          "[correlate]") {
  const source_folder folder;
  gpu_profile whole = headline("bf16", 30);
  whole.kernel.name = "layer";
  for (const char* step : {"conv1d", "scan"})
    whole.metrics.push_back({step_time_prefix + step, "us", "median of 100 launches", 9, 8.5, 9.5, 100});
  folder.put("layer.json", whole);
  folder.put("machine.json", to_json(machine_result()).dump());
  const gpu_correlation found = folder.found();
  REQUIRE(found.calls.size() == 1);
  CHECK(row_of(found, "recorded", "bf16").kernel == "layer");
  const std::vector<correlation_row>& rows = found.calls[0].rows;
  REQUIRE(rows.size() >= 4);
  const correlation_row &conv = rows[rows.size() - 2], &scan = rows.back();  // behind all others, as they ran
  CHECK((conv.label == "step" && conv.kernel == "conv1d" && scan.label == "step" && scan.kernel == "scan"));
  CHECK((scan.time_us == 9.0 && scan.low_us == 8.5 && scan.high_us == 9.5));
  CHECK_FALSE(scan.model_us);
  CHECK(scan.note == "a kernel of layer by itself");
  CHECK(found.modelled_rows == 1);
  CHECK(row_of(found, "simulated", "").time_us);
  CHECK(correlation_text(found).find("scan, layer.json; a kernel of layer by itself") != std::string::npos);
}

TEST_CASE("correlation shares are work over ceiling over time, of measured and datasheet ceilings",
          "[correlate]") {
  const source_folder place;
  place.put("bf16.json", headline("bf16", 30));
  const gpu_correlation found = place.found();
  const profile_work work = *headline("bf16", 1).work;
  const correlation_row& record = row_of(found, "recorded", "bf16");
  const auto share = [&](const std::string& ceiling, const std::string& basis) {
    for (const ceiling_share& one : record.shares)
      if (one.ceiling == ceiling && one.basis == basis) return one.share;
    return -1.0;
  };
  CHECK(share("copy_bandwidth", "measured") == Approx(work.bytes / 3e12 / 30e-6));
  CHECK(share("unit_rate", "measured") == Approx(work.unit_ops / 3.7e12 / 30e-6));
  CHECK(share("copy_bandwidth", "datasheet h100-sxm") == Approx(work.bytes / 3.35e12 / 30e-6));
  CHECK(share("issue_rate", "datasheet h100-sxm") > 0);  // counts of the kernel that would run
  CHECK(share("launch_floor", "datasheet h100-sxm") == Approx(2.0 / 30));
  CHECK(share("issue_rate", "measured") == -1);  // what was not measured has no share
}

TEST_CASE("correlation without a datasheet of the device holds a record to its own ceilings", "[correlate]") {
  const source_folder place;
  gpu_profile other = headline("bf16", 30);
  other.device.name = "Example GPU";
  place.put("p.json", other);
  gpu_profile import = imported("fp32", "41", "27");
  import.device.name = "Example GPU";
  place.put("i.json", import);
  const gpu_correlation found = place.found();
  const correlation_row& record = row_of(found, "recorded", "bf16");
  CHECK(record.model_basis == "measured ceilings");
  CHECK(*record.model_us == Approx(other.work->unit_ops / 3.7e12 * 1e6));
  const correlation_row& none = row_of(found, "imported", "fp32");
  CHECK_FALSE(none.model_us);
  CHECK(none.note.find("--gpu-model") != std::string::npos);
  correlate_request asked = place.request();
  asked.model = "a100-sxm-80gb";
  CHECK(row_of(correlate_gpu(asked), "imported", "fp32").model_basis == "datasheet a100-sxm-80gb");
}

TEST_CASE("correlation names outliers and how the model holds", "[correlate]") {
  const source_folder place;
  place.put("1.json", headline("bf16", 27));
  place.put("2.json", headline("bf16", 27.5));
  place.put("3.json", headline("bf16", 60));          // twice its peers
  place.put("4.json", headline("fp32", 5));           // faster than memory allows
  place.put("5.json", imported("bf16", "40", "75"));  // moves thrice the bytes
  gpu_profile unsteady = headline("fp32", 25);
  unsteady.kernel.name = "another";
  unsteady.metrics[0].high = 35;
  place.put("6.json", unsteady);
  const gpu_correlation found = place.found();
  const auto said = [&](const std::string& file) {
    std::string all;
    for (const correlation_outlier& one : found.outliers)
      if (found.calls[one.call].rows[one.row].file == place.folder.file(file)) all += one.what + "\n";
    return all;
  };
  CHECK(said("1.json").empty());
  CHECK(said("2.json").empty());
  CHECK(said("3.json").find("apart from the median") != std::string::npos);
  CHECK(said("3.json").find("of its model") != std::string::npos);
  CHECK(said("4.json").find("faster than its bound") != std::string::npos);
  CHECK(said("5.json").find("x the least bytes on the side of DRAM") != std::string::npos);
  CHECK(said("6.json") == "unsteady: 24.5 to 35 us\n");
  CHECK(found.modelled_rows == 6);
  REQUIRE(found.fits.size() == 4);
  const model_fit& fit = found.fits[0];
  CHECK(fit.rows == 3);
  const double model = *row_of(found, "modelled", "bf16").time_us;
  CHECK(fit.factor == Approx(std::cbrt(27 * 27.5 * 60) / model));
  CHECK(fit.most == Approx(60 / model));
  REQUIRE(found.correlation);
  CHECK(std::abs(*found.correlation) <= 1);
}

TEST_CASE("correlation of several calls keeps them apart, and takes one by name", "[correlate]") {
  const source_folder place;
  place.put("a.json", headline("bf16", 30));
  gpu_profile other = headline("bf16", 300);
  other.trace.sha256 = std::string(64, '2');
  other.trace.path = "p28b.safetensors";
  other.trace.channels = 5120;
  place.put("b.json", other);
  CHECK(place.found().calls.size() == 2);
  correlate_request asked = place.request();
  for (const char* name : {"p28b", "2222"}) {
    asked.trace = name;
    const gpu_correlation found = correlate_gpu(asked);
    REQUIRE(found.calls.size() == 1);
    CHECK(found.calls[0].trace.channels == 5120);
    CHECK(found.modelled_rows == 1);
  }
  asked.trace = "p7b";
  const std::string said = test::refusal([&] { correlate_gpu(asked); });
  CHECK(said.find("--trace") != std::string::npos);
  CHECK(said.find("p28b.safetensors") != std::string::npos);
}

TEST_CASE("correlation does not repeat a record that a result tells of, and keeps a live one",
          "[correlate]") {
  const source_folder place;
  const std::string record = place.put("bf16.json", headline("bf16", 30));
  run_result result = machine_result();
  rung_result gpu;
  gpu.rung = "gpu";
  gpu_result told;
  told.label = "recorded", told.precision = "bf16", told.device = "NVIDIA H100 80GB HBM3";
  told.kernel = "selective_scan_serial", told.source = record, told.time_us = 30;
  told.time_basis = "measured";
  gpu.gpu = told;
  result.rungs.insert(result.rungs.begin() + 1, gpu);
  place.put("v.json", result_json_text(result));
  CHECK(place.found().calls[0].rows.size() == 3);
  result.rungs[1].gpu->label = "live";
  result.rungs[1].gpu->time_us = 29;
  place.put("v.json", result_json_text(result));
  const gpu_correlation found = place.found();
  CHECK(found.calls[0].rows.size() == 4);
  CHECK(*row_of(found, "live", "bf16").time_us == 29);
}

TEST_CASE("correlation refuses what is no source, and rows that are not of one call", "[correlate]") {
  const source_folder place;
  CHECK(place.refused().find("DIR: expected a profile") != std::string::npos);
  place.put("notes.txt", "hello");
  CHECK(place.refused().find("notes.txt") != std::string::npos);
  correlate_request nowhere = place.request();
  nowhere.folder = place.folder.file("none");
  CHECK(test::refusal([&] { correlate_gpu(nowhere); }).find("a folder") != std::string::npos);
  nowhere.folder = place.folder.file("notes.txt");
  CHECK(test::refusal([&] { correlate_gpu(nowhere); }).find("a file") != std::string::npos);

  place.put("good.json", headline("bf16", 30));
  const auto refused_for = [&](const std::string& text, const std::string& what) {
    const std::string file = place.put("z.json", text), said = place.refused();
    CAPTURE(said);
    CHECK(said.starts_with(file + ": "));
    CHECK(said.find(what) != std::string::npos);
  };
  const json good = to_json(headline("bf16", 31));
  refused_for("{", "file");
  refused_for("", "file");
  refused_for("[]", "JSON of another kind");
  refused_for(R"({"schema": "something"})", "\"something\"");
  refused_for(R"({"traceEvents": []})", "gpu import --pytorch");
  refused_for(std::string(16, '\0'), "file");
  gpu_profile nowhere_run = imported("bf16", "41", "27");
  nowhere_run.trace.sha256.reset();
  refused_for(to_json(nowhere_run).dump(), "trace.sha256: expected the call that it ran");
  json bad;
  for (const char* size : {"batch", "channels", "states", "groups", "length"}) {
    bad = good;
    bad["trace"][size] = 7;
    refused_for(bad.dump(), std::string("trace.") + size);
  }
  bad = good;
  bad["trace"]["operator"] = "ssd";
  refused_for(bad.dump(), "trace.operator: expected selective_scan, as");
  bad = good;
  bad["metrics"][0]["value"] = -1;
  refused_for(bad.dump(), "metrics");
  run_result result = machine_result();
  result.operator_name = "conv1d";
  refused_for(result_json_text(result), "trace.operator");
  place.put("z.json", R"({"schema": "scansim-gpu-correlation", "version": 1})");  // its own output
  CHECK(place.found().calls.size() == 1);
}

TEST_CASE("correlation with nothing measured beside anything has compared nothing", "[correlate]") {
  const source_folder place;
  place.put("v.json", result_json_text(machine_result()));
  CHECK_FALSE(place.found().compared());
  gpu_profile untimed = headline("bf16", 30);
  untimed.origin = "ncu";
  untimed.metrics = {{"sm__cycles", "cycle", "sum", 5, {}, {}, 1, "sm__cycles.sum"}};
  untimed.energy.reset(), untimed.ceilings.clear(), untimed.protocol.reset(), untimed.build.reset();
  place.put("p.json", untimed);
  const gpu_correlation found = place.found();
  CHECK_FALSE(found.compared());
  CHECK(row_of(found, "imported", "bf16").note == "no time in it");
}

TEST_CASE("correlation prints, and its CSV and JSON have the same rows", "[correlate]") {
  const source_folder place;
  place.put("1.json", headline("bf16", 30));
  place.put("2.json", imported("bf16", "90", "27"));
  place.put("v.json", result_json_text(machine_result()));
  const gpu_correlation found = place.found();
  const std::string text = correlation_text(found);
  for (const char* part :
       {"p130.safetensors (111111111111), selective_scan prefill: batch 1, D 1536, N 16, L 2048", "30.0 us",
        "29.4 us - 30.6 us", "27.0M", "outliers, 1:", "row 4, imported", "model, 2 measured rows"}) {
    CAPTURE(part, text);
    CHECK(text.find(part) != std::string::npos);
  }
  const std::string csv = correlation_csv(found);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  CHECK(csv.find("\"selective_scan_fwd_kernel<A, B>\"") != std::string::npos);
  const json object = to_json(found);
  REQUIRE(object["calls"][0]["rows"].size() == 4);
  CHECK(object["calls"][0]["rows"][2]["time_us"] == 30);
  CHECK(object["calls"][0]["rows"][0]["model_us"].is_null());
  CHECK(object["outliers"][0]["row"] == 3);
}

}  // namespace scansim
