// Times of kernels from Nsight Systems: summaries and traces as CSV of several versions, and the exported
// database.
#include <fmt/format.h>

#include "tests/host/gpu_profile/import_pages.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

const std::string scan = "void scan_kernel<float, 16>(Params)", conv = "conv(int)";

gpu_profile read_nsys(const std::string& text, const import_choice& choice = {}) {
  return import_text(text, "nsys.csv", import_tool::nsys, choice);
}

std::string nsys_refused(const std::string& text, const import_choice& choice = {}) {
  return refusal([&] { read_nsys(text, choice); });
}

const csv_row summary_header = {"Time (%)", "Total Time (ns)", "Instances",   "Avg (ns)", "Med (ns)",
                                "Min (ns)", "Max (ns)",        "StdDev (ns)", "Name"};
const csv_row summary_row = {"75.0", "120000", "4", "30000.0", "29500.5", "28000", "33000", "1900.3", scan};
const csv_row conv_row = {"25.0", "40000", "4", "10000.0", "10000.0", "9000", "11000", "800.0", conv};

std::string edited(csv_row row, size_t cell, const std::string& text) {
  row.at(cell) = text;
  return plain_line(summary_header) + plain_line(row);
}

const csv_row trace_header = {"Start (ns)", "Duration (ns)", "CorrId", "GrdX",    "GrdY",       "GrdZ",
                              "BlkX",       "BlkY",          "BlkZ",   "Reg/Trd", "Bytes (MB)", "SrcMemKd",
                              "Device",     "Ctx",           "Strm",   "Name"};
csv_row trace_row(const std::string& start, const std::string& duration, const std::string& id,
                  const std::string& name = scan, const std::string& grid = "1536") {
  return {start, duration,          id,  grid, "1", "1", "128", "1", "1", "96", "",
          "",    "Example GPU (0)", "1", "7",  name};
}
const csv_row copy_row = {"500",
                          "900000",
                          "6",
                          "",
                          "",
                          "",
                          "",
                          "",
                          "",
                          "",
                          "4.194",
                          "Pinned",
                          "Example GPU (0)",
                          "1",
                          "7",
                          "[CUDA memcpy Host-to-Device]"};

std::string traced() {
  return "Generating SQLite file r.sqlite\nProcessing [r.sqlite] with [cuda_gpu_trace.py]...\n\n" +
         plain_line(trace_header) + plain_line(copy_row) + plain_line(trace_row("1000", "36000", "7")) +
         plain_line(trace_row("90000", "38000", "9")) +
         "\nProcessing [r.sqlite] with [nvtx_sum.py]...\nTime (%),Range\n";
}

// Launches 7 and 9 of the scan, 8 of a convolution, 10 of the scan on the other device.
std::string traced_database() {
  return nsys_schema() +
         "INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES (90000, 128000, 0, 9, 1, 2, 96, 1536, 1, 1, 128, 1, "
         "1), "
         "(1000, 37000, 0, 7, 1, 2, 96, 1536, 1, 1, 128, 1, 1), (50000, 51000, 0, 8, 3, 4, 32, 4, 1, 1, 64, "
         "1, 1), "
         "(200000, 240000, 1, 10, 1, 2, 96, 1536, 1, 1, 128, 1, 1);";
}

}  // namespace

TEST_CASE("nsys_import reads the summary of kernels", "[unit][gpu]") {
  const std::string table = plain_line(summary_header) + plain_line(summary_row) + plain_line(conv_row);
  const gpu_profile profile = read_nsys("Processing [r.sqlite]... \n\n" + table, of_kernel("scan"));
  const profile_metric& time = *profile.find_metric("time");
  CHECK(profile.origin == "nsys");
  CHECK(profile.kernel.name == scan);
  CHECK(time.value == Approx(29.5005));
  CHECK(time.unit == "us");
  CHECK(*time.low == Approx(28));
  CHECK(*time.high == Approx(33));
  CHECK(time.samples == 4);
  CHECK(time.source == "Med (ns)");
  CHECK(time.aggregation ==
        "from begin to end on the device, median of 4 launches, low and high their extremes");
  CHECK(metric_value(profile, "time_mean") == Approx(30));
  CHECK(metric_value(profile, "time_deviation") == Approx(1.9003));
  CHECK(nsys_refused(table).find("column Name: expected one kernel (choose with --kernel;") !=
        std::string::npos);
  const gpu_profile calls = read_nsys(table, in_calls(2));
  CHECK(metric_value(calls, "time") == Approx(80));
  CHECK(calls.find_metric("time")->aggregation ==
        "from begin to end on the device, sum of the 4 launches of a call, mean of 2 calls");
  CHECK(calls.kernel.name == scan + " + " + conv);
  CHECK(left_out(calls, "Avg (ns)") == "does not add up over the launches of a call");
  CHECK(nsys_refused(table, in_calls(3)) ==
        "nsys.csv: column Med (ns): expected a number of launches that --calls 3 divides, found 4 of " +
            scan);
  CHECK(nsys_refused(table, of_launches({"1"})).find("--launch: expected a file of launches") !=
        std::string::npos);
}

TEST_CASE("nsys_import reads summaries of other versions, units and locales", "[unit][gpu]") {
  const gpu_profile old =
      read_nsys(plain_line({"Time(%)", "Total Time", "Instances", "Average", "Minimum", "Maximum", "Name"}) +
                plain_line({"100.0", "120000", "4", "30000.0", "28000", "33000", scan}));
  CHECK(metric_value(old, "time") == Approx(30));
  CHECK(old.find_metric("time")->aggregation.find("mean of 4 launches") != std::string::npos);
  CHECK(old.find_metric("time_mean") == nullptr);
  const gpu_profile in_us = read_nsys(
      plain_line({"Time (%)", "Total Time (us)", "Instances", "Avg (us)", "Min (us)", "Max (us)", "Name"}) +
      plain_line({"100.0", "120.000", "4", "30.000", "28.000", "33.000", scan}));
  CHECK(metric_value(in_us, "time") == Approx(30));
  const gpu_profile by_grid = read_nsys(
      plain_line({"Total Time (ns)", "Instances", "Avg (ns)", "Med (ns)", "GridXYZ", "BlockXYZ", "Name"}) +
          plain_line({"60000", "2", "30000.0", "30000.0", " 1536    1    1", " 128    1    1", scan}) +
          plain_line({"40000", "2", "20000.0", "20000.0", "  768    1    1", " 128    1    1", scan}),
      of_grid("768,1,1"));
  CHECK(metric_value(by_grid, "time") == Approx(20));
  CHECK(by_grid.kernel.configuration[0].second == "(768, 1, 1)");
  const gpu_profile of_gpu =
      read_nsys(plain_line({"Total Time (ns)", "Instances", "Avg (ns)", "Category", "Operation"}) +
                plain_line({"120000", "4", "30000.0", "CUDA_KERNEL", scan}) +
                plain_line({"900000", "9", "100000.0", "MEMORY_OPER", "[CUDA memcpy Host-to-Device]"}));
  CHECK(metric_value(of_gpu, "time") == Approx(30));
  const gpu_profile german = read_nsys(plain_line({"Total Time (ns)", "Instances", "Avg (ns)", "Name"}, ';') +
                                       plain_line({"120001", "4", "30000,25", scan}, ';'));
  CHECK(metric_value(german, "time") == Approx(30.00025));
}

TEST_CASE("nsys_import refuses a summary whose columns contradict one another", "[negative][gpu]") {
  CHECK(nsys_refused(edited(summary_row, 1, "140000")) ==
        "nsys.csv: column Med (ns): expected a total that its mean and count make, found 140 us of 4 "
        "launches of 30 us");
  CHECK(nsys_refused(edited(summary_row, 2, "5")).find("mean and count") != std::string::npos);
  CHECK(nsys_refused(edited(summary_row, 3, "30.0")).find("mean and count") != std::string::npos);
  CHECK(nsys_refused(edited(summary_row, 5, "29800")) ==
        "nsys.csv: column Med (ns): expected extremes around the median and the mean, found 29.8 to 33 us "
        "around 29.5005 us");
  CHECK(nsys_refused(edited(summary_row, 6, "29900")).find("extremes") != std::string::npos);
  CHECK(nsys_refused(edited(summary_row, 4, "n/a")) ==
        "nsys.csv: column Med (ns): expected a finite number, found \"n/a\"");
  for (const char* count : {"0", "2.5", "", "many"})
    CHECK(nsys_refused(edited(summary_row, 2, count))
              .find("line 2: column Instances: expected a whole number > 0") != std::string::npos);
  csv_row header = summary_header;
  header[4] = "Med (furlong)";
  CHECK(nsys_refused(plain_line(header) + plain_line(summary_row)) ==
        "nsys.csv: column Med (furlong): expected a unit of time, found Med (furlong)");
  CHECK(nsys_refused(plain_line(summary_header) + "75.0,120000,4\n").find("line 2: expected 9 cells") !=
        std::string::npos);
}

TEST_CASE("nsys_import reads the trace of the GPU", "[unit][gpu]") {
  const gpu_profile profile = read_nsys(traced());
  const profile_metric& time = *profile.find_metric("time");
  CHECK(time.value == Approx(37));
  CHECK(*time.low == Approx(36));
  CHECK(time.samples == 2);
  CHECK(time.source == "Duration (ns)");
  CHECK(profile.device.name == "Example GPU");
  CHECK(profile.kernel.configuration[0].second == "(1536, 1, 1)");
  CHECK(profile.kernel.configuration[1].second == "(128, 1, 1)");
  CHECK(metric_value(profile, "launch__registers_per_thread") == 96);
  CHECK(metric_value(read_nsys(traced(), of_launches({"9"})), "time") == Approx(38));
  CHECK(metric_value(read_nsys(traced(), in_calls(1)), "time") == Approx(74));
  const gpu_profile launches =
      read_nsys(plain_line({"API Start (ns)", "API Dur (ns)", "Kernel Start (ns)", "Kernel Dur (ns)", "DevId",
                            "GridXYZ", "BlockXYZ", "Kernel Name"}) +
                plain_line({"1", "5000", "9000", "36000", "0", " 1536    1    1", " 128    1    1", scan}));
  CHECK(metric_value(launches, "time") == Approx(36));
}

TEST_CASE("nsys_import keeps the order of launches, and refuses rows without time or size", "[unit][gpu]") {
  const std::string other_order = plain_line(trace_header) + plain_line(trace_row("90000", "38000", "9")) +
                                  plain_line(trace_row("1000", "4000", "7", conv, "4"));
  CHECK(read_nsys(other_order, in_calls(1)).kernel.name == conv + " + " + scan);
  const auto with = [&](const csv_row& row) {
    return nsys_refused(plain_line(trace_header) + plain_line(row));
  };
  CHECK(with(trace_row("1000", "", "7")) == "nsys.csv: column Duration (ns): expected a time, found none");
  CHECK(with(trace_row("1000", "0", "7")) == "nsys.csv: column Duration (ns): expected a time > 0, found 0");
  CHECK(with(trace_row("", "36000", "7")) == "nsys.csv: line 2: column Start: expected a time, found none");
  CHECK(with(trace_row("1000", "36000", "7", scan, "many")) ==
        "nsys.csv: line 2: columns GrdX, GrdY, GrdZ: expected three whole numbers, found \"many\"");
  CHECK(with(copy_row) == "nsys.csv: launches: expected a row per kernel launch, found none");
}

TEST_CASE("nsys_import names tables that are no kernels' and takes the kernels' among them", "[unit][gpu]") {
  const std::string calls = plain_line({"Time (%)", "Total Time (ns)", "Num Calls", "Name"}) +
                            plain_line({"1", "2", "1", "cudaMalloc"});
  CHECK(nsys_refused(calls).find(
            "found the summary of calls of nsys (nsys stats --report cuda_gpu_kern_sum)") !=
        std::string::npos);
  CHECK(metric_value(
            read_nsys(calls + "\n" + plain_line(summary_header) + plain_line(summary_row) + "\n" + calls),
            "time") == Approx(29.5005));
  CHECK(nsys_refused(plain_line({"NVTX Range", "Style", "Kern Inst", "Total Time (ns)", "Kernel Name"}))
            .find("the summary by NVTX ranges of nsys") != std::string::npos);
  CHECK(nsys_refused(ncu_raw_page({{"gpu__time_duration.sum", "us", {"1"}}}))
            .find("found the raw page of ncu (--ncu reads it)") != std::string::npos);
  CHECK(nsys_refused(" Time (%)  Total Time (ns)  Instances  Name\n --------\n")
            .find("--format csv prints the table") != std::string::npos);
  CHECK(nsys_refused("SKIPPED: r.sqlite does not contain CUDA kernel data.\n")
            .find("found none: SKIPPED: r.sqlite") != std::string::npos);
}

TEST_CASE("nsys_import reads the exported database as it is", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("a #1 % report?.sqlite");
  write_database(path, traced_database());
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  const std::string before = read_bytes(path);
  const auto read = [&](const import_choice& choice) {
    return import_profile(path, import_tool::nsys, choice);
  };
  import_choice scans = of_launches({"7-9"});
  scans.kernel = "scan";
  const gpu_profile profile = read(scans);
  const profile_metric& time = *profile.find_metric("time");
  CHECK(time.value == Approx(37));
  CHECK(*time.high == Approx(38));
  CHECK(time.source == "end - start");
  CHECK(profile.kernel.name == "void scan_kernel<float>(Params)");
  CHECK(profile.device.name == "Example GPU");
  CHECK(profile.device.multiprocessors == 12);
  CHECK(profile.device.memory_bytes == 1000000000);
  CHECK(profile.device.l2_bytes == 4096);
  CHECK(*profile.device.sm_clock_mhz == Approx(1500));
  CHECK(profile.device.compute_capability == "9.0");
  CHECK(read(of_launches({"10"})).device.name == "Other GPU");
  import_choice later = of_launches({"8-9"});  // the rows stand in another order
  later.calls = 1;
  CHECK(read(later).kernel.name == "void conv(int) + void scan_kernel<float>(Params)");
  CHECK(refusal([&] { read(of_kernel("scan")); }).find("deviceId: expected one value in all launches") !=
        std::string::npos);
  CHECK(read_bytes(path) == before);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("nsys_import reads databases of few columns, and says what another one is", "[unit][gpu]") {
  const temporary_folder folder;
  int number = 0;
  const auto read = [&](const std::string& statements) {
    const std::string path = folder.file(fmt::format("{}.sqlite", ++number));
    write_database(path, statements);
    return import_profile(path, import_tool::nsys, {});
  };
  const auto refused = [&](const std::string& statements) { return refusal([&] { read(statements); }); };
  const std::string few =
      "CREATE TABLE StringIds (id INTEGER, value TEXT); INSERT INTO StringIds VALUES (3, 'scan');"
      "CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL (start INTEGER, end INTEGER, shortName INTEGER);";
  const gpu_profile profile = read(few + "INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES (10, 2010, 3);");
  CHECK(metric_value(profile, "time") == Approx(2));
  CHECK(profile.kernel.name == "scan");
  CHECK(profile.device.name == "unknown");
  CHECK(left_out(profile, "registersPerThread") == "empty");
  CHECK(refused(few + "INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES (10, 2, 3);")
            .find("column end - start: expected an end behind the start, found 2") != std::string::npos);
  CHECK(refused(few + "INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES (10, 2010, 4);")
            .find("expected a name, found none") != std::string::npos);
  CHECK(refused(few).find(
            "table CUPTI_ACTIVITY_KIND_KERNEL: expected the kernels that nsys traced, found no row") !=
        std::string::npos);
  CHECK(
      refused("CREATE TABLE StringIds (id INTEGER, value TEXT);").find("found none: no kernel was traced") !=
      std::string::npos);
  CHECK(refused("CREATE TABLE other (id INTEGER);").find("found none: no export of nsys") !=
        std::string::npos);
  CHECK(refused("CREATE TABLE CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL (start INTEGER);")
            .find("a database of nvprof") != std::string::npos);
  CHECK(refused("CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL (start INTEGER);")
            .find("expected a column end, found none") != std::string::npos);
  const std::string path = folder.file("1.sqlite"), cut = folder.file("cut.sqlite");
  write_bytes(cut, read_bytes(path).substr(0, 5000));
  const std::string message = refusal([&] { import_profile(cut, import_tool::nsys, {}); });
  CAPTURE(message);
  CHECK(message.find("cut.sqlite: ") != std::string::npos);
  CHECK(refusal([&] {
          import_profile(path, import_tool::ncu, {});
        }).find("--nsys reads the export of nsys") != std::string::npos);
}

}  // namespace scansim::test
