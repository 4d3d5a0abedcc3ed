// Import of Nsight Compute's raw page, from pages in the style of several versions and locales.
#include "host/gpu_profile/ncu_columns.h"
#include "host/gpu_profile/ncu_units.h"
#include "tests/host/gpu_profile/import_pages.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

// 2021 to 2025, English.
const std::string page =
    "==PROF== Connected to process 4711 (/usr/bin/app)\n"
    "app says: 3 launches\n"
    "==PROF== Profiling \"scan\" - 0: 0%....50%....100% - 8 passes\n"
    "\"ID\",\"Process ID\",\"Process Name\",\"Host Name\",\"Kernel Name\",\"Context\",\"Stream\",\"Block "
    "Size\",\"Grid "
    "Size\",\"Device\",\"CC\",\"device__attribute_display_name\",\"device__attribute_multiprocessor_count\","
    "\"dram__bytes_read.sum\",\"dram__bytes_write.sum\",\"gpu__time_duration.sum\",\"launch__grid_size\","
    "\"sm__throughput.avg.pct_of_peak_sustained_elapsed\",\"smsp__cycles_active.avg.per_second\","
    "\"smsp__inst_executed_pipe_xu.sum\"\n"
    "\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"Mbyte\",\"Kbyte\",\"usecond\",\"\","
    "\"%\","
    "\"cycle/nsecond\",\"inst\"\n"
    "\"0\",\"1\",\"app\",\"h\",\"void scan<float, 16>(a, b)\",\"1\",\"7\",\"(128, 1, 1)\",\"(1,536, 1, "
    "1)\",\"0\",\"9.0\",\"NVIDIA "
    "X\",\"132\",\"1.5\",\"512\",\"30.5\",\"1,536\",\"80.25\",\"1.75\",\"1,234,567\"\n"
    "\"1\",\"1\",\"app\",\"h\",\"void scan<float, 16>(a, b)\",\"1\",\"7\",\"(128, 1, 1)\",\"(1,536, 1, "
    "1)\",\"0\",\"9.0\",\"NVIDIA "
    "X\",\"132\",\"1.7\",\"512\",\"32.5\",\"1,536\",\"81.25\",\"1.75\",\"1,234,567\"\n"
    "\"2\",\"1\",\"app\",\"h\",\"void scan<float, 16>(a, b)\",\"1\",\"7\",\"(128, 1, 1)\",\"(1,536, 1, "
    "1)\",\"0\",\"9.0\",\"NVIDIA "
    "X\",\"132\",\"1.6\",\"512\",\"31.0\",\"1,536\",\"82.25\",\"1.75\",\"1,234,567\"\n"
    "==PROF== Disconnected from process 4711\n";

// A page of these columns (name, unit, one value per launch); all launches are of kernel k.
std::string small_page(const std::vector<std::vector<std::string>>& columns) {
  std::string text;
  for (size_t row = 0; row < columns[0].size(); ++row) {
    text += row == 0   ? "\"ID\",\"Kernel Name\""
            : row == 1 ? "\"\",\"\""
                       : "\"" + std::to_string(row - 2) + "\",\"k\"";
    for (const auto& column : columns) text += ",\"" + column[row] + "\"";
    text += "\n";
  }
  return text;
}

gpu_profile imported(const std::string& text, const import_choice& choice = {}) {
  return import_text(text, "raw.csv", import_tool::ncu, choice);
}

std::string import_refused(const std::string& text, const import_choice& choice = {}) {
  return refusal([&] { imported(text, choice); });
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("ncu_import reads an English raw page with units and medians over launches", "[unit][gpu]") {
  const gpu_profile profile = imported(page);
  CHECK(profile.origin == "ncu");
  CHECK(profile.kernel.name == "void scan<float, 16>(a, b)");
  CHECK(profile.device.name == "NVIDIA X");
  CHECK(profile.device.compute_capability == "9.0");
  CHECK(profile.device.multiprocessors == 132);
  const profile_metric& time = *profile.find_metric("time");
  CHECK(time.value == 31);
  CHECK(time.unit == "us");
  CHECK(*time.low == 30.5);
  CHECK(*time.high == 32.5);
  CHECK(time.samples == 3);
  CHECK(time.aggregation == "sum over units, median of 3 launches, low and high their extremes");
  CHECK(metric_value(profile, "dram_read_bytes") == Approx(1.6e6));
  CHECK(profile.find_metric("dram_read_bytes")->unit == "byte");
  CHECK(metric_value(profile, "dram_write_bytes") == Approx(512e3));
  CHECK(metric_value(profile, "launch__grid_size") == 1536);
  CHECK(profile.find_metric("launch__grid_size")->unit == "1");
  CHECK(metric_value(profile, "smsp__inst_executed_pipe_xu.sum") == 1234567);
  CHECK(metric_value(profile, "smsp__cycles_active.avg.per_second") == Approx(1.75e9));
  CHECK(profile.find_metric("smsp__cycles_active.avg.per_second")->unit == "hz");
  CHECK(metric_value(profile, "sm__throughput.avg.pct_of_peak_sustained_elapsed") == 81.25);
  CHECK(profile.kernel.configuration[1].second == "(128, 1, 1)");
}

TEST_CASE("ncu_import reads a German page, semicolons, CRLF and a byte order mark", "[unit][gpu]") {
  const gpu_profile german =
      imported(small_page({{"gpu__time_duration.sum", "ns", "117.344"},
                           {"dram__bytes.sum", "byte", "27.595.520"},
                           {"sm__throughput.avg.pct_of_peak_sustained_elapsed", "%", "65,77"}}));
  CHECK(metric_value(german, "time") == Approx(117.344));  // 117,344 ns
  CHECK(metric_value(german, "dram_bytes") == 27595520);
  CHECK(metric_value(german, "sm__throughput.avg.pct_of_peak_sustained_elapsed") == 65.77);
  const gpu_profile other =
      imported("\xef\xbb\xbfID;Kernel Name;gpu__time_duration.sum\r\n;;msecond\r\n0;k;1.234,5\r\n");
  CHECK(metric_value(other, "time") == Approx(1234500));
}

TEST_CASE("ncu_import reads names with commas, doubled quotes and line ends", "[unit][gpu]") {
  const std::string text = "\"ID\",\"Kernel Name\",\"gpu__time_duration.sum\"\n\"\",\"\",\"us\"\n";
  CHECK(imported(text + "\"0\",\"f<\"\"a\"\", 2>\",\"5\"\n").kernel.name == "f<\"a\", 2>");
  CHECK(imported(text + "\"0\",\"f(\n int)\",\"5\"\n").kernel.name == "f(\n int)");
  CHECK(import_refused(text + "\"0\",\"f(\n int)\",\"5\"\n\"1\"\n").find("line 5") != std::string::npos);
}

TEST_CASE("ncu_import gives one metric for the spellings of several versions", "[unit][gpu]") {
  for (const auto& [unit, text, us] :
       {std::tuple{"nsecond", "1500", 1.5}, std::tuple{"ns", "1500", 1.5}, std::tuple{"usecond", "1.5", 1.5},
        std::tuple{"us", "1.5", 1.5}, std::tuple{"msecond", "0.0015", 1.5}, std::tuple{"ms", "0.0015", 1.5},
        std::tuple{"second", "1.5e-06", 1.5}, std::tuple{"s", "1.5e-06", 1.5}})
    for (const char* name : {"gpu__time_duration.sum", "gpu__time_duration.avg", "Duration"}) {
      CAPTURE(unit, name);
      CHECK(metric_value(imported(small_page({{name, unit, text}})), "time") == Approx(us));
    }
  const gpu_profile both =
      imported(small_page({{"gpu__time_duration.sum", "us", "2"}, {"gpu__time_duration.avg", "us", "1"}}));
  CHECK(metric_value(both, "time") == 2);
  CHECK(metric_value(both, "gpu__time_duration.avg") == 1);
  CHECK(metric_value(imported(small_page({{"dram__bytes_op_read.sum", "Gbyte", "2"}})), "dram_read_bytes") ==
        2e9);
}

TEST_CASE("ncu_import leaves out unknown columns and units by name, and refuses them strictly",
          "[unit][gpu]") {
  for (const char* name :
       {"mystery", "", "vendor__secret.sum", "sm__throughput.mean", "sm__inst.sum.per_fortnight", "sm__.sum",
        "sm__a b.sum", "gpu_time_duration.sum", "dram__bytes.", "dram__bytes.sum."}) {
    CAPTURE(name);
    const std::string page = small_page({{"gpu__time_duration.sum", "us", "2"}, {name, "%", "1"}});
    CHECK(imported(page).metrics.size() == 1);
    CHECK(left_out(imported(page), name) == "an unknown name");
    CHECK(import_refused(page, strictly()).find("raw.csv: column " + std::string(name) + ": ") == 0);
  }
  for (const char* unit : {"furlong", "KiB/x", "byte/%", "u", "/second", "seconds/"}) {
    CAPTURE(unit);
    CHECK(import_refused(small_page({{"dram__bytes.sum", unit, "1"}})).find("column dram__bytes.sum") !=
          std::string::npos);
    const std::string page =
        small_page({{"gpu__time_duration.sum", "us", "2"}, {"lts__t_bytes.sum", unit, "1"}});
    CHECK(left_out(imported(page), "lts__t_bytes.sum") == "\"" + std::string(unit) + "\"");
    CHECK(import_refused(page, strictly()).find("column lts__t_bytes.sum: expected a known unit") !=
          std::string::npos);
  }
  CHECK(import_refused(small_page({{"gpu__time_duration.sum", "byte", "1"}})).find("a unit of time") !=
        std::string::npos);
}

TEST_CASE("ncu_import refuses a metric without unit unless its name makes it dimensionless", "[unit][gpu]") {
  for (const char* name : {"gpu__time_duration.sum", "dram__bytes.sum", "sm__cycles_active.avg",
                           "launch__shared_mem_per_block_static", "smsp__inst_executed.sum.per_second"}) {
    CAPTURE(name);
    CHECK(import_refused(small_page({{name, "", "1"}}), strictly())
              .find("raw.csv: column " + std::string(name) + ": expected a unit") == 0);
  }
  const auto unit = [](const char* name) {
    return imported(small_page({{name, "", "1"}})).metrics.at(0).unit;
  };
  CHECK(unit("launch__block_size") == "1");
  CHECK(unit("smsp__average_warp_latency_issue_stalled.ratio") == "1");
  CHECK(unit("lts__t_sector_hit_rate.pct") == "%");
  CHECK(unit("sm__throughput.avg.pct_of_peak_sustained_elapsed") == "%");
  CHECK(unit("l1tex__data_bank_conflicts_pipe_lsu.sum") == "1");
  CHECK(unit("device__attribute_clock_rate") == "attribute");
  CHECK(unit("profiler__replayer_passes") == "1");
}

TEST_CASE("ncu_import refuses a page without units row, naming a column", "[unit][gpu]") {
  const std::string message =
      import_refused("\"ID\",\"Kernel Name\",\"gpu__time_duration.sum\"\n\"0\",\"k\",\"5\"\n");
  CHECK(message.find("units row") != std::string::npos);
  CHECK(message.find("gpu__time_duration.sum") != std::string::npos);
  CHECK_FALSE(import_refused("\"ID\",\"Kernel Name\",\"gpu__time_duration.sum\"\n").empty());
}

TEST_CASE("ncu_import refuses values that are no finite numbers, naming the column", "[unit][gpu]") {
  for (const char* text : {"n/a", "nan", "inf", "1e999", "(!) 5", "12 000 0", "5%"}) {
    CAPTURE(text);
    CHECK(import_refused(small_page({{"dram__bytes.sum", "byte", text}}))
              .find("raw.csv: column dram__bytes.sum: ") == 0);
  }
  CHECK(import_refused(small_page({{"dram__bytes.sum", "Mbyte", "1,234"}})).find("dram__bytes.sum") !=
        std::string::npos);
  CHECK(import_refused(small_page({{"dram__bytes.sum", "byte", "1", ""}})).find("dram__bytes.sum") !=
        std::string::npos);
  CHECK_FALSE(import_refused(small_page({{"gpu__time_duration.sum", "us", "0"}})).empty());
  CHECK(import_refused(small_page({{"dram__bytes.sum", "byte", "1.5,5"}, {"sm__a.avg", "%", "1,5"}}))
            .find("column ") != std::string::npos);
  CHECK(import_refused(small_page({{"sm__b.avg", "%", "1.55"}, {"sm__a.avg", "%", "1,5"}})) ==
        "raw.csv: column sm__a.avg: expected numbers with the decimal mark '.', as \"1.55\" in column "
        "sm__b.avg, "
        "found \"1,5\"");
}

TEST_CASE("ncu_import leaves out what --skip names, and columns without any value", "[unit][gpu]") {
  const std::string text = small_page({{"gpu__time_duration.sum", "us", "2"},
                                       {"mystery", "", "?"},
                                       {"dram__bytes.sum", "byte", "n/a"},
                                       {"lts__t_bytes.sum", "byte", ""}});
  CHECK(import_refused(text) ==
        "raw.csv: column dram__bytes.sum: expected a finite number (--skip leaves the column out), found "
        "\"n/a\"");
  CHECK(import_refused(text, strictly()).find("2 columns (mystery, dram__bytes.sum)") != std::string::npos);
  import_choice choice = without({"mystery", "dram__bytes.sum"});
  choice.strict = true;
  const gpu_profile profile = imported(text, choice);
  CHECK(profile.metrics.size() == 1);
  CHECK(left_out(profile, "lts__t_bytes.sum") == "empty");
  CHECK(import_refused(text, without({"mystery", "nothing"})).find("--skip") != std::string::npos);
}

TEST_CASE("ncu_import wants one kernel, and names them when there are several", "[unit][gpu]") {
  const std::string text =
      "\"ID\",\"Kernel Name\",\"gpu__time_duration.sum\"\n\"\",\"\",\"us\"\n"
      "\"0\",\"first(int, int)\",\"5\"\n\"1\",\"second\",\"7\"\n\"2\",\"second\",\"9\"\n";
  const std::string message = import_refused(text);
  CHECK(message.find("column Kernel Name") != std::string::npos);
  CHECK(message.find("first(int, int)") != std::string::npos);
  CHECK(message.find("second") != std::string::npos);
  CHECK(metric_value(imported(text, of_kernel("^second$")), "time") == 8);
  CHECK(metric_value(imported(text, of_kernel("first")), "time") == 5);
  CHECK(imported(text, of_kernel("first")).find_metric("time")->aggregation == "sum over units, 1 launch");
  CHECK(import_refused(text, of_kernel("third")).find("first(int, int)") != std::string::npos);
  CHECK(import_refused(text, of_kernel("(")).find("--kernel") != std::string::npos);
}

TEST_CASE("ncu_import refuses launches of several sizes", "[unit][gpu]") {
  const std::string message = import_refused(
      small_page({{"Grid Size", "", "(8, 1, 1)", "(16, 1, 1)"}, {"gpu__time_duration.sum", "us", "5", "6"}}));
  CHECK(message.find("column Grid Size") != std::string::npos);
}

TEST_CASE("ncu_import refuses what is no raw page, naming the place", "[unit][gpu]") {
  for (const std::string line : {"==ERROR== ERR_NVGPUCTRPERM - The user does not have permission",
                                 "==WARNING== No kernels were profiled."})
    CHECK(
        import_refused("==PROF== Connected to process 9\n" + line + "\n").ends_with(", found none: " + line));
  CHECK(import_refused("Time (%),Name\n100.0,k\n").ends_with(", found none; it begins with Time (%),Name"));
  CHECK(import_refused(replaced(page, "\"1\",\"1\",\"app\"", "\"0\",\"1\",\"app\"")) ==
        "raw.csv: line 7: expected each ID once, found ID 0 again");
  CHECK(import_refused("").find("header") != std::string::npos);
  CHECK(import_refused("==PROF== nothing\n").find("header") != std::string::npos);
  CHECK(import_refused("\"ID\",\"gpu__time_duration.sum\"\n")
            .find("header: expected a row that begins with ID") != std::string::npos);
  CHECK(import_refused(replaced(page, ",\"1,234,567\"\n", "\n")).find("line 6") != std::string::npos);
  CHECK(import_refused(replaced(page, "\"Device\",", "\"CC\",")).find("column CC") != std::string::npos);
  CHECK(import_refused(replaced(page, "1,234,567\"\n", "1,234,567\n")).find("raw.csv: line ") == 0);
  CHECK(import_refused(replaced(page, "\"NVIDIA X\"", "\"NVIDIA\" X")).find("line 6") != std::string::npos);
  CHECK(import_refused("\xff\xfeI").find("UTF-16") != std::string::npos);
  CHECK(import_refused(small_page({{"NVTX Range", "", "x"}})).find("a metric") != std::string::npos);
}

TEST_CASE("ncu_units scale to one unit of each dimension", "[unit][gpu]") {
  const std::tuple<const char*, const char*, double> known[] = {{"Gbyte/second", "byte/s", 1e9},
                                                                {"Tbyte/s", "byte/s", 1e12},
                                                                {"byte/second", "byte/s", 1},
                                                                {"Kbyte/block", "byte/block", 1e3},
                                                                {"register/thread", "register/thread", 1},
                                                                {"Ghz", "hz", 1e9},
                                                                {"cycle/second", "hz", 1},
                                                                {"cycle/usecond", "hz", 1e6},
                                                                {"inst/cycle", "inst/cycle", 1},
                                                                {"bytes", "byte", 1},
                                                                {"warps", "warp", 1},
                                                                {"byte/ns", "byte/s", 1e9},
                                                                {"W", "W", 1},
                                                                {"nsec", "us", 1e-3},
                                                                {"sec", "us", 1e6},
                                                                {"MB", "byte", 1e6},
                                                                {"KiB", "byte", 1024},
                                                                {"cycle/issue", "cycle/issue", 1},
                                                                {"%", "%", 1}};
  for (const auto& [text, name, factor] : known) {
    CAPTURE(text);
    const auto unit = parse_ncu_unit(text);
    REQUIRE(unit);
    CHECK(unit->name == name);
    CHECK(unit->factor == Approx(factor));
  }
}

}  // namespace scansim::test
