// The committed counts of the kernels' machine code: their form, that every kernel that can be chosen has a
// row, what must be true of any build of these kernels, and that the model reads them.
#include "host/gpu_profile/kernel_counts.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "host/cuda/scan/selective_scan_launch.h"
#include "host/gpu_profile/kernel_work.h"
#include "host/gpu_profile/roofline.h"
#include "models/configs/data_directory.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

std::string table_text() { return read_bytes(test::source_dir() + "/host/cuda/sass/sass_counts.csv"); }

const kernel_counts& row_of(const char* kernel, const char* precision, const char* shape,
                            const char* capability) {
  const kernel_counts* row = committed_code_table().find(kernel, precision, shape, capability);
  CAPTURE(kernel, precision, shape, capability);
  REQUIRE(row != nullptr);
  return *row;
}

// Clocks of a scheduler for 32 threads' loops: an instruction a clock, and 8 for one of the special function
// unit, which has 4 lanes for it.
double issue_clocks(const kernel_counts& row) { return row.loop_instructions / row.loop_updates; }
double unit_clocks(const kernel_counts& row) { return 8 * row.unit_ops / row.loop_updates; }

}  // namespace

TEST_CASE("kernel_counts table says by which compiler, and is the one that is committed", "[unit][gpu]") {
  const code_table& table = committed_code_table();
  CHECK(table.compiler.starts_with("nvcc V"));
  CHECK(table.compiler.find("nvdisasm V") != std::string::npos);
  const code_table read = read_code_table(table_text(), "table");
  CHECK(read.compiler == table.compiler);
  CHECK(read.rows.size() == table.rows.size());
  std::map<std::string, int> rows_of;
  for (const kernel_counts& row : table.rows) ++rows_of[row.architecture];
  CHECK(rows_of.size() == 2);
  CHECK(rows_of["sm_80"] == rows_of["sm_90"]);
}

TEST_CASE("kernel_counts has fewer instructions and shared accesses an update with two channels to a lane",
          "[unit][gpu]") {
  int paired = 0;
  for (const kernel_counts& two : committed_code_table().rows) {
    if (two.kernel != "selective_scan_serial" || !two.shape.ends_with("x2") || two.shape == "4x2" ||
        two.shape == "8x2x2")
      continue;
    CAPTURE(two.precision, two.shape, two.architecture);
    const std::string shape = two.shape.substr(0, two.shape.size() - 2);
    const kernel_counts& one =
        row_of("selective_scan_serial", two.precision.c_str(), shape.c_str(), two.architecture.c_str());
    CHECK(two.loop_instructions / two.loop_updates < one.loop_instructions / one.loop_updates);
    CHECK(two.lds / two.loop_updates < one.lds / one.loop_updates);
    ++paired;
  }
  CHECK(paired == 9 * 3 * 2);  // every shape, type and architecture
}

TEST_CASE("kernel_counts holds what is true of the kernels however they are compiled", "[unit][gpu]") {
  for (const kernel_counts& row : committed_code_table().rows) {
    CAPTURE(row.kernel, row.precision, row.shape, row.architecture);
    CHECK(row.spill_bytes == 0);
    CHECK(row.registers <= 255);
    CHECK(row.shared_bytes <= 48 * 1024);  // static
    const double first = row.shape == "-" ? 0 : std::stod(row.shape);
    if (row.kernel == "selective_scan_serial") {
      CHECK(row.unit_ops == row.loop_updates);  // an exp for each, and nothing else in the loop
      CHECK(std::fmod(row.loop_updates, first) == 0);
      CHECK(row.fp32 >= 4 * row.loop_updates);  // dt A, du B, h, C h
    } else if (row.kernel == "selective_scan_block") {
      CHECK(row.loop_updates == first);
      CHECK(row.unit_ops == row.loop_updates + 1);  // and the product
      CHECK(row.fp32 >= 5 * row.loop_updates);
    } else if (row.kernel == "quamba_scan") {
      CHECK(row.unit_ops == 0);
      CHECK(row.conversions == 0);
      CHECK(row.branches <= 4);
      CHECK(row.fp32 == 16 * row.loop_updates);  // 11 fma, 2 mul, 1 add, and one for each byte of B and C
    } else if (row.kernel == "ssd_chunk_state" || row.kernel == "ssd_chunk_scan") {
      CHECK(row.loop_updates ==
            (row.precision == "fp32" ? 3 * 32 * (row.kernel == "ssd_chunk_state" ? 2 : 1) : 32));
    }
    CHECK(row.global_loads * (row.kernel.ends_with("state_update") ? 0 : 1) <= row.loop_instructions / 8);
  }
}

TEST_CASE("kernel_counts has a row for every kernel that can be chosen", "[unit][gpu]") {
  for (const std::string& name : list_gpu_datasheets(gpu_model_directory())) {
    const gpu_datasheet sheet = load_gpu_datasheet(name, gpu_model_directory());
    for (const int states : {1, 2, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 128, 200, 256})
      for (const int channels : {4, 384, 1536, 5120})
        for (const int length : {1, 63, 64, 197, 600, 2048})
          for (const gpu_precision precision :
               {gpu_precision::fp32, gpu_precision::fp16, gpu_precision::bf16, gpu_precision::int8}) {
            CAPTURE(name, states, channels, length, precision_name(precision));
            const scan_shape shape{1, channels, states, 1, length};
            const auto work = kernel_work_of(shape, {}, {}, precision, sheet);
            REQUIRE(work);
            const double updates = static_cast<double>(channels) * states * length;
            CHECK(work->instructions > 5 * updates);
            CHECK(work->unit_ops >= updates);
          }
  }
}

TEST_CASE("kernel_counts takes the code that a device runs: its major number's newest that is no newer",
          "[unit][gpu]") {
  CHECK(row_of("selective_scan_block", "bf16", "16x1", "9.0").architecture == "sm_90");
  for (const char* capability : {"8.0", "8.6", "8.7", "8.9"})
    CHECK(row_of("selective_scan_block", "bf16", "16x1", capability).architecture == "sm_80");
  for (const char* capability : {"7.5", "10.0", "12.0"})
    CHECK(committed_code_table().find("selective_scan_block", "bf16", "16x1", capability) == nullptr);
  CHECK(committed_code_table().find("selective_scan_block", "int8", "16x1", "9.0") == nullptr);
  // A table of other architectures: code runs on its own major number alone, which may have two digits.
  const auto found = [](const std::vector<const char*>& architectures, const char* capability) {
    code_table table;
    for (const char* one : architectures) {
      table.rows.emplace_back();
      table.rows.back().architecture = one;
    }
    const kernel_counts* row = table.find("", "", "", capability);
    return row == nullptr ? std::string("none") : row->architecture;
  };
  CHECK(found({"sm_80"}, "9.0") == "none");
  CHECK(found({"sm_80", "sm_86", "sm_89"}, "8.7") == "sm_86");
  CHECK(found({"sm_80", "sm_86", "sm_89"}, "8.6") == "sm_86");
  CHECK(found({"sm_90", "sm_100", "sm_103"}, "10.0") == "sm_100");
  CHECK(found({"sm_90", "sm_100", "sm_103"}, "10.3") == "sm_103");
  CHECK(found({"sm_90", "sm_100", "sm_103"}, "12.0") == "none");
  CHECK(found({"sm_90", "sm_100", "sm_103"}, "9.0") == "sm_90");
}

TEST_CASE("the datasheets' exp_rate is that of the fastest split, by the counts of the exps alone",
          "[unit][gpu]") {
  for (const char* capability : {"8.0", "9.0"}) {
    const kernel_counts& unit = row_of("exp_unit", "fp32", "8", capability);
    CHECK(unit_clocks(unit) == 8);
    CHECK(issue_clocks(unit) < 8);
    double best = 8;
    for (const char* every : {"2", "4", "8"}) {
      const kernel_counts& split = row_of("exp_split", "fp32", every, capability);
      best = std::min(best, std::max(unit_clocks(split), issue_clocks(split)));
    }
    CHECK(8 / best == Approx(4.0 / 3));
  }
}

TEST_CASE("kernel_work of mamba-130m's prefill on an H100 is that of the block schedule, by hand",
          "[unit][gpu]") {
  const gpu_datasheet sheet = load_gpu_datasheet("h100-sxm", gpu_model_directory());
  scan_options options;
  options.delta_softplus = true;
  const scan_parts parts{true, true, true, false};
  const scan_shape shape{1, 1536, 16, 1, 2048};
  const kernel_counts& row = row_of("selective_scan_block", "bf16", "16x1", "9.0");
  std::string kernel;
  const profile_work work = scan_work_on(sheet, shape, options, parts, gpu_precision::bf16, kernel);
  const double values = 1536.0 * 2048, updates = 16 * values;
  CHECK(kernel == "selective_scan_block 16x1 bf16, sm_90");
  CHECK(work.instructions == Approx(updates / 16 * row.loop_instructions));
  CHECK(work.shared_bytes == Approx(updates / 16 * row.lds_bytes));
  CHECK(work.unit_ops == Approx(updates * 17 / 16 + 3 * values));
  const auto bound = roofline(work, sheet.ceilings);
  CHECK(bound->ceiling == "unit_rate");  // 20 operations for a value
  CHECK(bound->time_us == Approx(20 * values / (132 * 16 * 1980e6) * 1e6));
  // The int8 kernel's exps are the unit's too; that it turns bytes into floats is what it issues besides.
  const profile_work chain = scan_work_on(sheet, shape, options, parts, gpu_precision::int8, kernel);
  CHECK(kernel == "quamba_scan_unit 1 int8, sm_90");
  CHECK(roofline(chain, sheet.ceilings)->ceiling == "issue_rate");
  CHECK(chain.unit_ops == 19 * values);
  // The serial schedule's lanes read the same words: a pass of the banks for each access.
  const profile_work many =
      scan_work_on(sheet, {64, 5120, 16, 1, 2048}, options, parts, gpu_precision::bf16, kernel);
  const kernel_counts& serial = row_of("selective_scan_serial", "bf16", "16x1", "9.0");
  CHECK(kernel == "selective_scan_serial 16x1 bf16, sm_90");
  CHECK(many.shared_bytes == Approx(many.exps / serial.loop_updates * 4 * serial.lds));
}

TEST_CASE("kernel_work knows no kernel for a decode, for other devices and sizes that none serves",
          "[unit][gpu]") {
  gpu_datasheet sheet = load_gpu_datasheet("h100-sxm", gpu_model_directory());
  scan_options decode;
  decode.decode = true;
  CHECK_FALSE(kernel_work_of({1, 1536, 16, 1, 8}, decode, {}, gpu_precision::bf16, sheet));
  CHECK_FALSE(kernel_work_of({1, 1536, 257, 1, 8}, {}, {}, gpu_precision::bf16, sheet));
  CHECK_FALSE(kernel_work_of({1, 1536, 16, 7, 8}, {}, {}, gpu_precision::bf16, sheet));
  std::string kernel = "before";
  CHECK(scan_work_on(sheet, {1, 1536, 257, 1, 8}, {}, {}, gpu_precision::bf16, kernel).instructions == 0);
  CHECK(kernel.empty());
  sheet.compute_capability = "7.5";
  CHECK_FALSE(kernel_work_of({1, 1536, 16, 1, 8}, {}, {}, gpu_precision::bf16, sheet));
}

TEST_CASE("kernel_counts refuses a damaged table by line and column", "[unit][gpu]") {
  const std::string good = table_text();
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    return refusal([&] { read_code_table(text, "t.csv"); });
  };
  const std::string line = good.substr(good.find("selective_scan_serial,bf16,16x1,sm_80"));
  const std::string row = line.substr(0, line.find('\n') + 1);
  CHECK(refused("# Written", "# By hand").find("line 1") != std::string::npos);
  CHECK(refused("loop_updates,", "updates,").find("columns") != std::string::npos);
  CHECK(refused(row, row + row).find("line 4") != std::string::npos);
  CHECK(refused("16x1,sm_80,96,", "16x1,sm_80,-96,").find("registers") != std::string::npos);
  CHECK(refused("16x1,sm_80,96,", "16x1,sm_80,96.5,").find("registers") != std::string::npos);
  CHECK(refused("16x1,sm_80,96,", "16x1,sm_80,").find("cells") != std::string::npos);
  CHECK(refused("367,64,64", "367,0,64").find("loop_updates") != std::string::npos);
  CHECK(refused("367,64,64", "67,64,64").find("loop_instructions") != std::string::npos);
}

}  // namespace scansim::test
