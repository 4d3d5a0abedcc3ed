// The DRAM models end to end against datasheet arithmetic: clocks, address map, latency, bandwidth, bad
// files.
#include "sim/mem/memory_dram.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "tests/sim/mem/dram_settings.h"
#include "traces/input_error.h"

using namespace scansim;
using namespace scansim::test;

namespace {

struct stream_result {
  double bytes_per_ns;
  memory_counters counters;
};

// Reads `total` bytes in 1 KiB bursts whose address is next(i), on an AXI port faster than the DRAM.
template <typename Next>
stream_result stream(const dram_parameters& p, std::int64_t total, int burst_bytes, Next next) {
  constexpr int axi_bytes = 128;
  constexpr double clock_mhz = 4000;
  memory_dram dram(axi_bytes, clock_mhz, p);
  std::vector<cycle_t> r(256);
  cycle_t accept = -1, end = 0;
  for (std::int64_t i = 0; i < total / burst_bytes; ++i) {
    const burst b{next(i), std::max(burst_bytes / axi_bytes, 1)};
    accept = dram.read_address(b, accept + 1, r);
    end = r[static_cast<std::size_t>(b.beats - 1)];
  }
  return {static_cast<double>(total) * clock_mhz / 1000 / static_cast<double>(end), dram.counters()};
}

double peak_bytes_per_ns(const dram_parameters& p) {
  return p.channels * p.burst_bytes /
         (static_cast<double>(p.timing.tCCD_S) * static_cast<double>(p.clock_fs) / 1e6);
}

std::uint64_t value_of(const memory_counters& counters, const std::string& name) {
  for (const auto& [key, value] : counters)
    if (key == name) return value;
  FAIL("no counter " << name);
  return 0;
}

}  // namespace

TEST_CASE("memory_dram ddr4 times are the clocks of its speed bin", "[theory][systemc]") {
  const dram_timing t = parameters_of("dram-ddr4").timing;
  CHECK((t.tRCD == 22 && t.tRP == 22 && t.tCL == 22 && t.tCWL == 16 && t.tRAS == 52));
  CHECK((t.tCCD_S == 4 && t.tCCD_L == 8 && t.tRRD_S == 4 && t.tRRD_L == 8 && t.tFAW == 34));
  CHECK(
      (t.tWR == 24 && t.tWTR_S == 4 && t.tWTR_L == 12 && t.tRTP == 12 && t.tREFI == 12480 && t.tRFC == 560));
  CHECK(peak_bytes_per_ns(parameters_of("dram-ddr4")) == Approx(25.6));
  CHECK(peak_bytes_per_ns(parameters_of("dram-lpddr5")) == Approx(25.6));
  CHECK(peak_bytes_per_ns(parameters_of("dram-hbm2")) == Approx(256));
}

TEST_CASE("memory_dram the address map gives every row its bytes once, neighbours to different bank groups",
          "[map][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    const dram_parameters p = parameters_of(model);
    std::map<std::array<std::int64_t, 3>, int> bursts;
    const int rows = 8;
    const int total = p.channels * p.banks() * p.row_bytes * rows;
    for (int a = 0; a < total; a += p.burst_bytes) {
      const dram_location where = dram_address_map(p).locate(static_cast<std::uint64_t>(a));
      REQUIRE((where.channel < p.channels && where.bank < p.banks() && where.row < rows));
      REQUIRE(where.bank / p.banks_per_group == where.bank_group);
      ++bursts[{where.channel, where.bank, where.row}];
    }
    CHECK(bursts.size() == static_cast<std::size_t>(p.channels * p.banks() * rows));
    for (const auto& [row, count] : bursts) REQUIRE(count == p.row_bytes / p.burst_bytes);
    const auto second = static_cast<std::uint64_t>(p.channels > 1 ? 32 : p.burst_bytes);
    CHECK(dram_address_map(p).locate(0).bank_group != dram_address_map(p).locate(second).bank_group);
  }
}

TEST_CASE("memory_dram ddr4 end to end latency in machine cycles", "[theory][systemc]") {
  const dram_parameters p = parameters_of("dram-ddr4");
  std::vector<cycle_t> r(4);
  memory_dram same_clock(16, 1600, p);  // a machine cycle is a DRAM clock: 1 + 32 + 22 + 22 + 4 + 32
  const cycle_t accept = same_clock.read_address({0, 4}, 10, r);
  CHECK(accept == 10);
  CHECK(r == std::vector<cycle_t>{123, 124, 125, 126});
  memory_dram slow(16, 300,
                   p);  // (11 * 3.333333 + 20) ns = clock 90.67 -> 91; (91 + 48) * 0.625 + 20 = 106.875 ns
  slow.read_address({0, 4}, 10, r);
  CHECK(r == std::vector<cycle_t>{33, 34, 35, 36});
}

TEST_CASE("memory_dram ddr4 a write is done when its last burst is, and bursts start as their data come",
          "[theory][systemc]") {
  memory_dram dram(16, 1600, parameters_of("dram-ddr4"));
  REQUIRE(dram.write_address({0, 16}, 10) == 10);
  for (int i = 0; i < 16; ++i) REQUIRE(dram.write_data(10) == 10 + i);
  // The fourth burst is complete with beat 25: ACT at 26 + 32, WR 22 later, data end 16 + 4 later, 32 back.
  CHECK(dram.write_response(25) == 26 + 32 + 22 + 16 + 4 + 32);
  CHECK(value_of(dram.counters(), "dram_write_bytes") == 256);
  CHECK(value_of(dram.counters(), "dram_activates") == 4);
}

TEST_CASE("memory_dram refuses parameter files that make no sense", "[errors][systemc]") {
  std::ifstream file(parameter_dir + "/dram-ddr4.yaml");
  const std::string good((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string dir = test::build_dir();
  const auto refused = [&](const std::string& field, const std::string& value) {
    CAPTURE(field, value);
    const auto line = good.find("\n" + field + ":") + 1;
    std::ofstream(dir + "/dram-ddr4.yaml")
        << good.substr(0, line) << value << good.substr(good.find('\n', line));
    CHECK_THROWS_AS(read_dram_parameters(dir, "dram-ddr4"), input_error);
    CHECK_THROWS_WITH(read_dram_parameters(dir, "dram-ddr4"), Catch::Contains(field));
  };
  refused("channels", "channels: 3");
  refused("channels", "");
  refused("burst_bytes", "burst_bytes: 0");
  refused("interleave_bytes", "interleave_bytes: 32");
  refused("tCK_ns", "tCK_ns: 0");
  refused("tRCD_ns", "tRCD_ns: -1");
  refused("tREFI_ns", "tREFI_ns: 350");
  refused("tCCD_S_ns", "tCCD_S_ns: 0.5");
  refused("address_order", "address_order: [bank_group, column, bank]");
  refused("address_order", "address_order: [bank_group, bank, bank, row]");
  refused("address_order", "address_order: [row, column, bank, bank_group]");
  refused("bank_hash", "bank_hash: 7");
}

TEST_CASE("memory_dram streaming writes reach 80 percent of the peak", "[bandwidth][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    const dram_parameters p = parameters_of(model);
    memory_dram dram(128, 4000, p);
    cycle_t accept = -1, end = 0, last = -1;
    constexpr std::int64_t total = 16 << 20;
    for (std::uint64_t a = 0; a < total; a += 1024) {
      accept = dram.write_address({a, 8}, accept + 1);
      for (int i = 0; i < 8; ++i) last = dram.write_data(std::max(accept, last + 1));
      end = dram.write_response(last);
    }
    const double share = static_cast<double>(total) * 4.0 / static_cast<double>(end) / peak_bytes_per_ns(p);
    CAPTURE(share);
    CHECK(share >= 0.80);
    CHECK(share <= 1);
  }
}

TEST_CASE("memory_dram streaming reads reach 85 percent of the peak", "[bandwidth][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    const dram_parameters p = parameters_of(model);
    const auto result =
        stream(p, 16 << 20, 1024, [](std::int64_t i) { return static_cast<std::uint64_t>(i) * 1024; });
    const double share = result.bytes_per_ns / peak_bytes_per_ns(p);
    CAPTURE(share);
    CHECK(share >= 0.85);
    const double refresh_free = 1 - static_cast<double>(p.timing.tRFC) / static_cast<double>(p.timing.tREFI);
    CHECK(share <= refresh_free + 0.005);
    CHECK(value_of(result.counters, "dram_read_bytes") == 16 << 20);
  }
}

TEST_CASE("memory_dram refresh takes its share of the bandwidth", "[bandwidth][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    dram_parameters p = parameters_of(model);
    const auto sequential = [](std::int64_t i) { return static_cast<std::uint64_t>(i) * 1024; };
    const double with = stream(p, 16 << 20, 1024, sequential).bytes_per_ns;
    const double least = static_cast<double>(p.timing.tRFC) / static_cast<double>(p.timing.tREFI);
    const double most = static_cast<double>(p.timing.tRFC + p.timing.tRP + p.timing.tRCD + p.timing.tRTP +
                                            p.timing.tFAW + p.timing.tCL) /
                        static_cast<double>(p.timing.tREFI);
    p.timing.tREFI = no_refresh;
    const double without = stream(p, 16 << 20, 1024, sequential).bytes_per_ns;
    CAPTURE(with, without, least, most);
    CHECK(1 - with / without >= least * 0.95);
    CHECK(1 - with / without <= most + 0.01);
  }
}

TEST_CASE("memory_dram row misses of one bank run at one per tRC", "[bandwidth][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    dram_parameters p = parameters_of(model);
    p.timing.tREFI = no_refresh;
    std::vector<std::uint64_t> same_bank;  // of channel 0, each in another row
    const dram_location home = dram_address_map(p).locate(0);
    for (std::uint64_t a = 0; same_bank.size() < 1000; a += static_cast<unsigned>(p.row_bytes)) {
      const dram_location where = dram_address_map(p).locate(a);
      const bool fits = where.channel == home.channel && where.bank == home.bank;
      if (fits && (same_bank.empty() || dram_address_map(p).locate(same_bank.back()).row != where.row))
        same_bank.push_back(a);
    }
    const auto result =
        stream(p, 1000 * 32, 32, [&](std::int64_t i) { return same_bank[static_cast<std::size_t>(i)]; });
    const double ns_per_access = 32 / result.bytes_per_ns;
    const dram_timing& t = p.timing;
    // A beat of 128 bytes takes several DRAM bursts of the row, so tRTP counts from the last of them.
    const std::int64_t columns = 128 / p.burst_bytes - 1;
    const std::int64_t cycle = std::max(t.tRAS, t.tRCD + columns * t.tCCD_L + t.tRTP) + t.tRP;
    CHECK(ns_per_access >=
          0.98 * static_cast<double>(t.tRAS + t.tRP) * static_cast<double>(p.clock_fs) / 1e6);
    CHECK(ns_per_access <= 1.02 * static_cast<double>(cycle) * static_cast<double>(p.clock_fs) / 1e6);
  }
}

TEST_CASE("memory_dram queue depth bounds the reads in flight", "[backpressure][systemc]") {
  dram_parameters p = parameters_of("dram-ddr4");
  p.read_queue_bursts = 2;
  memory_dram dram(64, 1600, p);
  std::vector<cycle_t> r(1);
  std::vector<cycle_t> last;
  for (int i = 0; i < 6; ++i) {
    const cycle_t valid = i;
    const cycle_t accept =
        dram.read_address({static_cast<std::uint64_t>(i) * 64, 1}, std::max<cycle_t>(valid, 0), r);
    CHECK(accept == (i < 2 ? valid : last[static_cast<std::size_t>(i - 2)] + 1));
    last.push_back(r[0]);
  }
}
