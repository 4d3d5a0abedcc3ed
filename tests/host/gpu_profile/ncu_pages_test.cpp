// Pages of ncu in the shapes in which people publish them: what is read of each, what is left out, what is
// refused.
#include "tests/host/gpu_profile/import_pages.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

const std::string tool_lines = "==PROF== Connected to process 4711 (/usr/bin/app)\n";
const ncu_metric time_ns = {"gpu__time_duration.sum", "ns", {"36128"}};

gpu_profile read_page(const std::string& text, const import_choice& choice = {}) {
  return import_text(text, "page.csv", import_tool::ncu, choice);
}

std::string page_refused(const std::string& text, const import_choice& choice = {}) {
  return refusal([&] { read_page(text, choice); });
}

bool says(const std::string& message, const std::vector<std::string>& parts) {
  CAPTURE(message);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(message.find(part) != std::string::npos);
  }
  CHECK(message.find('\n') == std::string::npos);
  return !message.empty();
}

const std::vector<ncu_detail> command_line_metrics = {
    {"Command line profiler metrics", "dram__bytes_read.sum", "Mbyte", "25.20"},
    {"Command line profiler metrics", "gpu__time_duration.sum", "us", "36.13"},
    {"Command line profiler metrics", "sm__throughput.avg.pct_of_peak_sustained_elapsed", "%", "61.20"}};

}  // namespace

TEST_CASE("ncu raw page of 2025 has columns that are no metrics of the kernel", "[unit][gpu]") {
  const std::string page =
      tool_lines + ncu_raw_page({{"c2clink__present", "", {"0"}},
                                 {"device__attribute_confidential_computing_mode", "", {"No-CC"}},
                                 {"device__attribute_display_name", "", {"Example GPU"}},
                                 {"device__attribute_max_gpu_frequency_khz", "", {"1980000"}},
                                 {"device__attribute_max_mem_frequency_khz", "", {"2619000"}},
                                 {"device__attribute_total_memory", "", {"85031714816"}},
                                 time_ns,
                                 {"launch__execution_model", "", {"SIMT"}},
                                 {"launch__occupancy_per_shared_mem_size", "", {"4076"}},
                                 {"launch__stack_size", "", {"1024"}},
                                 {"launch__tpc_enabled", "", {"all"}},
                                 {"numa__id_cpu", "", {"0"}},
                                 {"nvlink__bandwidth", "", {"1"}},
                                 {"sm__maximum_warps_avg_per_active_cycle", "warp", {"48"}},
                                 {"sm__maximum_warps_per_active_cycle_pct", "%", {"75"}}});
  const gpu_profile profile = read_page(page);
  CHECK(metric_value(profile, "time") == Approx(36.128));
  CHECK(metric_unit(profile, "launch__stack_size") == "1");
  CHECK(metric_unit(profile, "launch__occupancy_per_shared_mem_size") == "1");
  CHECK(metric_unit(profile, "sm__maximum_warps_avg_per_active_cycle") == "warp");
  CHECK(metric_value(profile, "sm__maximum_warps_per_active_cycle_pct") == 75);
  CHECK(profile.device.name == "Example GPU");
  CHECK(profile.device.memory_bytes == 85031714816);
  CHECK(*profile.device.sm_clock_mhz == Approx(1980));
  CHECK(*profile.device.memory_clock_mhz == Approx(2619));
  CHECK(profile.import->left_out.size() == 3);
  for (const char* column : {"c2clink__present", "numa__id_cpu", "nvlink__bandwidth"})
    CHECK(left_out(profile, column) == "an unknown name");
  CHECK(profile.find_metric("time")->source == "gpu__time_duration.sum");
  CHECK(says(page_refused(page, strictly()),
             {"page.csv: 3 columns (c2clink__present, numa__id_cpu, nvlink__bandwidth): expected ",
              "an unknown name"}));
}

TEST_CASE("ncu full set has names without grammar, which are left out", "[unit][gpu]") {
  const gpu_profile profile = read_page(ncu_raw_page(
      {{"FBSP.TriageCompute.dramc__read_throughput.avg.pct_of_peak_sustained_elapsed", "%", {"41.5"}},
       {"derived_tempMetric0", "", {"1"}},
       {"derived__lts__lts2xbar_bytes.sum.per_second", "Tbyte/s", {"1.5"}},
       time_ns,
       {"memory_access_type", "", {"Load"}},
       {"profiler__pmsampler_ctxsw_0", "", {""}},
       {"profiler__timestamp_workload_end_0", "ns", {"10"}},
       {"sass__inst_executed_per_opcode", "inst", {"1"}}}));
  CHECK(metric_value(profile, "time") == Approx(36.128));
  CHECK(metric_unit(profile, "sass__inst_executed_per_opcode") == "inst");
  CHECK(metric_value(profile, "profiler__timestamp_workload_end_0") == Approx(0.01));
  CHECK(left_out(profile, "profiler__pmsampler_ctxsw_0") == "empty");
  CHECK(left_out(profile, "memory_access_type") == "an unknown name");
  CHECK(left_out(profile, "derived_tempMetric0") == "an unknown name");
}

TEST_CASE("ncu details page with metrics by name", "[unit][gpu]") {
  const std::string table = ncu_details_page(command_line_metrics);
  const std::string with_output =
      "\xef\xbb\xbf" + tool_lines + "device: X, 132 SMs\n" + table + "done, 7 samples\n";
  const std::string glued = "no line end" + table;
  for (const std::string& text : {tool_lines + table, with_output, glued}) {
    const gpu_profile profile = read_page(text);
    CHECK(metric_value(profile, "time") == Approx(36.13));
    CHECK(metric_value(profile, "dram_read_bytes") == Approx(25.2e6));
    CHECK(metric_unit(profile, "dram_read_bytes") == "byte");
    CHECK(profile.device.compute_capability == "9.0");
    CHECK(profile.kernel.configuration[0].second == "(1536, 1, 1)");
    CHECK(profile.import->source == "the details page of ncu");
  }
}

TEST_CASE("ncu details page with labels, units of each row and rows of rules", "[unit][gpu]") {
  const ncu_launch second = {"1"};
  const std::string light = "GPU Speed Of Light Throughput";
  const gpu_profile profile = read_page(
      ncu_details_page({{light, "Duration", "ns", "36,128"},
                        {light, "Memory Throughput", "%", "61.84"},
                        {"SpeedOfLight", "", "", ""},
                        {"Memory Workload Analysis", "Memory Throughput", "Gbyte/s", "1.5"},
                        {"Launch Statistics", "Function Cache Configuration", "", "CachePreferNone"},
                        {"Launch Statistics", "Registers Per Thread", "register/thread", "96"},
                        {"PM Sampling", "# Pass Groups", "", "1"},
                        {light, "Duration", "usecond", "38.00", second},
                        {light, "Memory Throughput", "%", "60.84", second},
                        {"Memory Workload Analysis", "Memory Throughput", "Tbyte/second", "0.002", second},
                        {"Launch Statistics", "Registers Per Thread", "register/thread", "96", second},
                        {"PM Sampling", "# Pass Groups", "", "1", second}},
                       true));
  const profile_metric& time = *profile.find_metric("time");
  CHECK(*time.low == Approx(36.128));
  CHECK(*time.high == Approx(38));
  CHECK(time.source == light + ": Duration");
  CHECK(metric_value(profile, light + ": Memory Throughput") == Approx(61.34));
  CHECK(metric_value(profile, "Memory Workload Analysis: Memory Throughput") == Approx(1.75e9));
  CHECK(metric_unit(profile, "Memory Workload Analysis: Memory Throughput") == "byte/s");
  CHECK(metric_unit(profile, "PM Sampling: # Pass Groups") == "1");
  CHECK(left_out(profile, "Launch Statistics: Function Cache Configuration") == "\"CachePreferNone\"");
}

TEST_CASE("ncu details page takes the metric's name before its label, and labels with names", "[unit][gpu]") {
  const std::vector<ncu_detail> both = {
      {"GPU Speed Of Light", "Duration", "us", "36.1"},
      {"Command line profiler metrics", "gpu__time_duration.sum", "us", "36.13"}};
  const gpu_profile profile = read_page(ncu_details_page(both));
  CHECK(metric_value(profile, "time") == 36.13);
  CHECK(metric_value(profile, "GPU Speed Of Light: Duration") == 36.1);
  for (const char* name : {"Duration gpu__time_duration.sum", "Duration (gpu__time_duration.sum)"})
    CHECK(metric_value(read_page(ncu_details_page({{"GPU Speed Of Light", name, "us", "36.13"}})), "time") ==
          36.13);
}

TEST_CASE("ncu details page is refused where rows of a launch or of the table do not fit",
          "[negative][gpu]") {
  std::vector<ncu_detail> rows = command_line_metrics;
  rows[1].launch.kernel = "other(int)";
  CHECK(says(page_refused(ncu_details_page(rows)),
             {"page.csv: line 3: column Kernel Name: expected scan_kernel(float *), as in other rows of ID "
              "0, found other"}));
  rows = command_line_metrics;
  rows[1].launch.grid = "(768, 1, 1)";
  CHECK(says(page_refused(ncu_details_page(rows)), {"line 3: column Grid Size", "(768, 1, 1)"}));
  rows = command_line_metrics;
  rows.push_back({"Other Section", "gpu__time_duration.sum", "us", "36.14"});
  CHECK(says(page_refused(ncu_details_page(rows)),
             {"column gpu__time_duration.sum: expected one value in a launch"}));
  rows = command_line_metrics;
  rows[1].unit = "Mbyte";
  CHECK(says(page_refused(ncu_details_page(rows)),
             {"column gpu__time_duration.sum: expected a unit of time, found \"Mbyte\""}));
  rows = command_line_metrics;
  rows[0].unit = "%";
  CHECK(says(page_refused(ncu_details_page(rows)),
             {"column dram__bytes_read.sum: expected a unit of bytes, found \"%\""}));
  const std::string table = ncu_details_page(command_line_metrics);
  CHECK(says(page_refused(table + table), {"line 5: expected one table, found a second header"}));
  CHECK(
      says(page_refused(table + "\"1\",\"4711\"\n"), {"line 5: expected 15 cells, as the header, found 2"}));
  CHECK(says(page_refused(ncu_details_page({})), {"launches: expected rows of metrics, found none"}));
}

TEST_CASE("ncu 2019 names of Pascal", "[unit][gpu]") {
  const csv_row names = {"ID",
                         "Kernel Name",
                         "Kernel Time",
                         "dram__read_bytes",
                         "dram__write_bytes",
                         "gpu__time_duration",
                         "sm__sol_pct"};
  const gpu_profile profile = read_page(
      quoted_line(names) + quoted_line({"", "", "", "byte", "byte", "nsecond", "%"}) +
      quoted_line({"0", "scan", "2019-Jan-01", "25,200,000.00", "6,300,000.00", "36,128.00", "61.20"}));
  CHECK(metric_value(profile, "time") == Approx(36.128));
  CHECK(metric_value(profile, "dram_read_bytes") == 25.2e6);
  CHECK(metric_value(profile, "dram_write_bytes") == 6.3e6);
  CHECK(metric_value(profile, "sm__sol_pct") == 61.2);
  CHECK(profile.find_metric("time")->aggregation == "sum over units, 1 launch");
}

TEST_CASE("ncu 2019 launches without columns of sizes are told apart by their blocks", "[unit][gpu]") {
  const csv_row names = {"ID", "Kernel Name", "gpu__time_duration", "launch__block_size",
                         "launch__grid_size"};
  const std::string page = quoted_line(names) + quoted_line({"", "", "usecond", "", ""}) +
                           quoted_line({"0", "scan", "36.25", "128", "1,536"}) +
                           quoted_line({"1", "scan", "18.25", "128", "768"});
  CHECK(says(page_refused(page),
             {"column launch__grid_size: expected one grid", "1536 of launch 0; 768 of launch 1"}));
  const gpu_profile profile = read_page(page, of_grid("768"));
  CHECK(metric_value(profile, "time") == 18.25);
  CHECK(profile.kernel.configuration[0].second == "768");
  CHECK(profile.kernel.configuration[1].second == "128");
}

TEST_CASE("ncu counts without unit, lists of instances and n/a", "[unit][gpu]") {
  const gpu_profile profile =
      read_page(ncu_raw_page({{"dram__throughput.avg.pct_of_peak_sustained_elapsed", "", {"n/a"}},
                              {"gpu__time_duration.sum", "ns", {"36128 (18064; 18064)"}},
                              {"inst_executed", "inst", {"32.00; 32.00; 4.00"}},
                              {"l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum", "", {"1,234,567"}},
                              {"lts__t_bytes.sum", "", {"12"}},
                              {"smsp__cycles_active.avg", "", {"1"}}}));
  CHECK(metric_value(profile, "time") == Approx(36.128));
  CHECK(metric_value(profile, "l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum") == 1234567);
  CHECK(metric_unit(profile, "l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum") == "1");
  CHECK(left_out(profile, "inst_executed") == "a list of instances");
  CHECK(left_out(profile, "dram__throughput.avg.pct_of_peak_sustained_elapsed") == "\"n/a\"");
  CHECK(left_out(profile, "lts__t_bytes.sum") == "no unit");
  CHECK(left_out(profile, "smsp__cycles_active.avg") == "no unit");
}

TEST_CASE("ncu columns in use are refused all at once", "[negative][gpu]") {
  const std::string page = ncu_raw_page({{"gpu__time_duration.sum", "", {"36128"}},
                                         {"dram__bytes_read.sum", "Mfurlong", {"2"}},
                                         {"dram__bytes_write.sum", "byte", {"n/a"}},
                                         {"device__attribute_total_memory", "", {"much"}},
                                         {"sm__a.avg", "%", {"n/a"}}});
  CHECK(says(
      page_refused(page),
      {"page.csv: 4 columns (gpu__time_duration.sum, dram__bytes_read.sum, dram__bytes_write.sum, "
       "device__attribute_total_memory): expected a unit (--skip leaves the column out); a known unit",
       "a finite number (--skip leaves the column out), found no unit, \"Mfurlong\", \"n/a\", \"much\""}));
  const import_choice skipped =
      without({"dram__bytes_read.sum", "dram__bytes_write.sum", "device__attribute_total_memory"});
  CHECK(says(page_refused(page, skipped),
             {"page.csv: column gpu__time_duration.sum: expected a unit (--skip"}));
  CHECK(says(
      page_refused(ncu_details_page({{"Command line profiler metrics", "dram__bytes_read.sum", "", "n/a"}})),
      {"column dram__bytes_read.sum: expected a finite number (--skip leaves the column out), found "
       "\"n/a\""}));
  const std::string timed = ncu_raw_page({time_ns, {"dram__bytes_write.sum", "byte", {"n/a"}}});
  CHECK(read_page(timed, without({"dram__bytes_write.sum"})).metrics.size() == 1);
}

TEST_CASE("ncu page in another locale and in seconds", "[unit][gpu]") {
  const gpu_profile german = read_page(ncu_raw_page(
      {{"gpu__time_duration.sum", "us", {"117,344"}}, {"dram__bytes.sum", "byte", {"27.595.520"}}}, {{}},
      ';'));
  CHECK(metric_value(german, "time") == Approx(117.344));
  CHECK(metric_value(german, "dram_bytes") == 27595520);
  const gpu_profile seconds = read_page(ncu_raw_page(
      {{"dram__bytes_read.sum", "byte", {"10,240,000"}}, {"gpu__time_duration.sum", "second", {"4.0e-05"}}}));
  CHECK(metric_value(seconds, "time") == Approx(40));
  const gpu_profile behind =
      read_page("{\"device_name\":\"X\"}\nID of run: 5\n" +
                ncu_raw_page({time_ns, {"smsp__inst_executed.sum", "inst", {"8,192"}}}));
  CHECK(metric_value(behind, "smsp__inst_executed.sum") == 8192);
  const std::string undecided = ncu_raw_page({{"gpu__time_duration.sum", "ns", {"12,345"}}});
  CHECK(
      says(page_refused(undecided), {"column gpu__time_duration.sum", "--decimal-mark", "found \"12,345\""}));
  CHECK(metric_value(read_page(undecided, with_mark('.')), "time") == Approx(12.345));
  CHECK(metric_value(read_page(undecided, with_mark(',')), "time") == Approx(0.012345));
}

TEST_CASE("ncu page as PowerShell redirects it, with line ends of Windows", "[unit][gpu]") {
  std::string page = ncu_raw_page({time_ns}, {{"0", "f\xc3\xa4hre \xf0\x9f\x9a\xa2"}});
  for (size_t at = 0; (at = page.find('\n', at)) != std::string::npos; at += 2) page.replace(at, 1, "\r\n");
  CHECK(metric_value(read_page(page), "time") == Approx(36.128));
  const auto utf16 = [&](bool big_endian) {
    std::string wide = big_endian ? "\xfe\xff" : "\xff\xfe";
    const auto put = [&](uint32_t unit) {
      const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit);
      wide += big_endian ? std::string{high, low} : std::string{low, high};
    };
    for (size_t at = 0; at < page.size(); ++at) {
      const auto byte = static_cast<unsigned char>(page[at]);
      if (byte < 0x80) put(byte);
      if (byte == 0xc3) put(0xe4);
      if (byte == 0xf0) {
        put(0xd83d);
        put(0xdea2);
      }
    }
    return wide;
  };
  for (const bool big_endian : {false, true}) {
    const gpu_profile profile = read_page(utf16(big_endian));
    CHECK(metric_value(profile, "time") == Approx(36.128));
    CHECK(profile.kernel.name == "f\xc3\xa4hre \xf0\x9f\x9a\xa2");
  }
  CHECK(says(page_refused(utf16(false) + "x"),
             {"page.csv: file: expected UTF-8 or UTF-16 text, found UTF-16 that ends"}));
  CHECK(says(page_refused(std::string("\xff\xfe\x3d\xd8"
                                      "a\0",
                                      6)),
             {"surrogates"}));
}

TEST_CASE("ncu pages that are not read are named", "[negative][gpu]") {
  const std::string summary =
      quoted_line({"Process ID", "Kernel Name", "Block Size", "Invocations", "Section Name", "Metric Name",
                   "Metric Unit", "Minimum", "Maximum", "Average"});
  CHECK(says(page_refused(summary),
             {"header: expected a row that begins with ID", "found a summary of ncu (print it without"}));
  CHECK(says(page_refused(quoted_line({"#", "Address", "Source", "# Samples", "Kernel Name"})),
             {"the source page of ncu"}));
  CHECK(says(page_refused("  Section: GPU Speed Of Light Throughput\n    Duration  us  36\n"),
             {"found ncu's text for people (--csv prints the table)"}));
  CHECK(says(page_refused("Time (%),Total Time (ns),Instances,Avg (ns),Name\n1,2,1,2,k\n"),
             {"found the summary of kernels of nsys (--nsys reads it)"}));
  CHECK(says(page_refused(torch_trace({{}})), {"found a JSON trace (--pytorch reads it)"}));
  const temporary_folder folder;
  for (const auto& [file, found] :
       {std::pair("r.ncu-rep", "found a report of ncu (ncu --import REPORT --csv"),
        std::pair("r.nsys-rep", "found a report of nsys (nsys export --type sqlite")}) {
    write_bytes(folder.file(file), std::string("NVR\0\1", 5));
    CHECK(says(refusal([&] { import_profile(folder.file(file), import_tool::ncu, {}); }), {found}));
  }
  CHECK(says(page_refused("==ERROR== ERR_NVGPUCTRPERM - The user does not have permission\r\n"),
             {"found none: ==ERROR== ERR_NVGPUCTRPERM - The user does not have permission"}));
}

}  // namespace scansim::test
