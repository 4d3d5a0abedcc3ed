// Which launches of a file become a profile: by kernel, grid and id, as calls that are added up, and what is
// refused.
#include "tests/host/gpu_profile/import_pages.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

// Two calls of convolution, scan and scan with half the grid.
std::string two_calls() {
  const std::string conv = "conv(int)", scan = "scan(float)", half = "(768, 1, 1)";
  return ncu_raw_page(
      {{"dram__bytes_read.sum", "Kbyte", {"10", "20", "30", "12", "22", "32"}},
       {"gpu__time_duration.sum", "us", {"1", "2", "4", "1.5", "2.5", "5"}},
       {"launch__registers_per_thread", "register/thread", {"32", "96", "96", "32", "96", "96"}},
       {"launch__block_size", "", {"128"}},
       {"sm__throughput.avg.pct_of_peak_sustained_elapsed", "%", {"50"}}},
      {{"0", conv},
       {"1", scan},
       {"2", scan, "(128, 1, 1)", half},
       {"3", conv},
       {"4", scan},
       {"5", scan, "(128, 1, 1)", half}});
}

gpu_profile selected(const import_choice& choice) {
  return import_text(two_calls(), "calls.csv", import_tool::ncu, choice);
}

std::string selection_refused(const import_choice& choice) {
  return refusal([&] { selected(choice); });
}

import_choice with_kernel(import_choice choice, const std::string& kernel) {
  choice.kernel = kernel;
  return choice;
}

}  // namespace

TEST_CASE("import_selection takes launches of one kernel and grid", "[unit][gpu]") {
  CHECK(metric_value(selected(of_kernel("conv")), "time") == Approx(1.25));
  for (const char* grid : {"768,1,1", "(768, 1, 1)", "768x1x1", "768"}) {
    const gpu_profile profile = selected(of_grid(grid));
    CHECK(metric_value(profile, "time") == Approx(4.5));
    CHECK(*profile.find_metric("time")->high == 5);
    CHECK(profile.import->launches == 2);
    CHECK(profile.import->calls == 2);
  }
  CHECK(metric_value(selected(of_launches({"4"})), "time") == 2.5);
  CHECK(metric_value(selected(of_launches({"1", "4-4"})), "time") == Approx(2.25));
  CHECK(metric_value(selected(with_kernel(of_launches({"3-5"}), "conv")), "time") == 1.5);
}

TEST_CASE("import_selection refuses several kernels or grids with the options that choose",
          "[negative][gpu]") {
  CHECK(selection_refused({}) ==
        "calls.csv: column Kernel Name: expected one kernel (choose with --kernel or --launch; --calls N "
        "adds up the "
        "kernels of a call; --list shows them), found conv(int); scan(float)");
  CHECK(selection_refused(of_kernel("scan")) ==
        "calls.csv: column Grid Size: expected one grid (choose with --grid or --launch; --calls N adds up "
        "the launches "
        "of a call), found (1536, 1, 1) of launches 1, 4; (768, 1, 1) of launches 2, 5");
  std::vector<ncu_launch> many;
  for (int id = 0; id < 9; ++id)
    many.push_back({std::to_string(id), "k", "(128, 1, 1)",
                    id == 4  ? "(2, 1, 1)"
                    : id < 4 ? "(3, 1, 1)"
                             : "(1, 1, 1)"});
  const auto many_refused = refusal([&] {
    import_text(ncu_raw_page({{"gpu__time_duration.sum", "us", {"1"}}}, many), "m.csv", import_tool::ncu, {});
  });
  CHECK(many_refused.ends_with(
      "found (3, 1, 1) of launches 0, 1, ..., 3; (2, 1, 1) of launch 4; (1, 1, 1) of launches 5, "
      "6, ..., 8"));
  CHECK(selection_refused(of_grid("99")) ==
        "command line: --grid: expected a grid of calls.csv: (1536, 1, 1); (768, 1, 1), found '99'");
  CHECK(selection_refused(of_launches({"0", "9"})) ==
        "command line: --launch: expected launches of calls.csv that the other options leave (--list shows "
        "them), found '9'");
  for (const char* range : {"7-9", "2-1", "-", "1-"})
    CHECK(selection_refused(of_launches({range})).find("--launch") != std::string::npos);
  CHECK(selection_refused(with_kernel(of_launches({"0"}), "scan")).find("'0'") != std::string::npos);
}

TEST_CASE("import_selection adds up the launches of a call", "[unit][gpu]") {
  const gpu_profile profile = selected(in_calls(2));
  const profile_metric& time = *profile.find_metric("time");
  CHECK(time.value == Approx(8));
  CHECK(*time.low == Approx(7));
  CHECK(*time.high == Approx(9));
  CHECK(time.samples == 2);
  CHECK(time.aggregation ==
        "sum over units, sum of the 3 launches of a call, median of 2 calls, low and high their extremes");
  CHECK(metric_value(profile, "dram_read_bytes") == Approx(63e3));
  CHECK(metric_value(profile, "launch__block_size") == 128);
  CHECK(left_out(profile, "launch__registers_per_thread") == "differs between the launches of a call");
  CHECK(left_out(profile, "sm__throughput.avg.pct_of_peak_sustained_elapsed") ==
        "does not add up over the launches of a call");
  CHECK(profile.kernel.name == "conv(int) + scan(float)");
  CHECK(profile.kernel.configuration.back() == std::pair<std::string, std::string>{"launches_per_call", "3"});
  CHECK(profile.import->launches == 6);
  const gpu_profile scans = selected(in_calls(2, "scan"));
  CHECK(metric_value(scans, "time") == Approx(6.75));
  CHECK(metric_value(scans, "launch__registers_per_thread") == 96);
  const gpu_profile whole = selected(in_calls(1, "scan"));
  CHECK(metric_value(whole, "time") == Approx(13.5));
  CHECK(whole.find_metric("time")->aggregation == "sum over units, sum of the 4 launches of a call, 1 call");
  CHECK(metric_value(selected(in_calls(2, "conv")), "sm__throughput.avg.pct_of_peak_sustained_elapsed") ==
        50);
}

TEST_CASE("import_selection refuses calls that are not alike", "[negative][gpu]") {
  CHECK(selection_refused(in_calls(4)) ==
        "command line: --calls: expected a number that divides the 6 launches chosen, found 4");
  CHECK(selection_refused(in_calls(3)) ==
        "calls.csv: launch 2: expected conv(int) (1536, 1, 1) (128, 1, 1), as launch 0 of the first of 3 "
        "calls (--calls), "
        "found scan(float) (768, 1, 1) (128, 1, 1)");
  CHECK(selection_refused(in_calls(4, "scan")).find("launch 2: expected scan(float) (1536, 1, 1)") !=
        std::string::npos);
}

TEST_CASE("import_selection refuses launches on several devices and without a name", "[negative][gpu]") {
  const auto on = [](const std::string& first, const std::string& second) {
    return ncu_raw_page({{"device__attribute_display_name", "", {first, second}},
                         {"gpu__time_duration.sum", "us", {"1", "2"}}},
                        {{"0"}, {"1"}});
  };
  const auto refused = [](const std::string& page) {
    return refusal([&] { import_text(page, "p.csv", import_tool::ncu, {}); });
  };
  CHECK(refused(on("A", "A")).empty());
  CHECK(refused(on("A", "B")) ==
        "p.csv: column device__attribute_display_name: expected one value in all launches of a kernel "
        "(--launch chooses), "
        "found A and B");
  CHECK(refused(ncu_raw_page({{"gpu__time_duration.sum", "us", {"1"}}}, {{"0", ""}})) ==
        "p.csv: column Kernel Name: expected a name, found none in launch 0");
}

TEST_CASE("import_selection lists what a file holds", "[unit][gpu]") {
  const std::string text =
      import_listing(read_import_text(two_calls(), "calls.csv", import_tool::ncu, 0), "calls.csv", {});
  CAPTURE(text);
  for (const char* part : {"2  0 to 3  1.50 us  (1536, 1, 1)  (128, 1, 1)  conv(int)\n",
                           "2  1 to 4  2.50 us  (1536, 1, 1)  (128, 1, 1)  scan(float)\n",
                           "2  2 to 5  5.00 us  (768, 1, 1)   (128, 1, 1)  scan(float)\n"})
    CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("import_page writes sizes in one form", "[unit][gpu]") {
  for (const char* text :
       {"(1536, 1, 1)", "(1,536, 1, 1)", "(1.536, 1, 1)", "1536,1,1", " 1536    1    1", "1536x1x1", "1536"})
    CHECK(launch_size(text) == "(1536, 1, 1)");
  CHECK(launch_size("(2, 3)") == "(2, 3, 1)");
  for (const char* text : {"", "(a, 1, 1)", "1 2 3 4"}) CHECK(launch_size(text) == text);
}

}  // namespace scansim::test
