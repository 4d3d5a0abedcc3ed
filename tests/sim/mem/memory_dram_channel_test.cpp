// One DRAM channel against its timing rules: every command legal, every probe at the earliest legal clock.
#include "sim/mem/memory_dram_channel.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/sim/mem/dram_settings.h"

using namespace scansim;
using namespace scansim::test;

namespace {

dram_location at(const dram_parameters& p, int group, int bank_in_group, std::int64_t row) {
  return {0, group, group * p.banks_per_group + bank_in_group, row};
}

// Clocks that must lie between an earlier command a and a later one b of one channel; 0 when they do not
// constrain.
std::int64_t minimum_distance(const dram_timing& t, const dram_command& a, const dram_command& b) {
  using k = dram_command_kind;
  const bool bank = a.bank == b.bank, group = a.bank_group == b.bank_group;
  const auto column = [](k kind) { return kind == k::read || kind == k::write; };
  const std::int64_t written = t.tCWL + t.tBURST;
  if (a.kind == k::refresh) return b.kind == k::activate ? t.tRFC : 0;
  if (b.kind == k::refresh) return a.kind == k::precharge ? t.tRP : 0;
  if (a.kind == k::activate && b.kind == k::activate)
    return bank ? t.tRAS + t.tRP : group ? t.tRRD_L : t.tRRD_S;
  if (column(a.kind) && column(b.kind)) {
    if (a.kind == b.kind) return group ? t.tCCD_L : t.tCCD_S;
    if (a.kind == k::read) return t.tCL + t.tBURST + t.tRTW_gap - t.tCWL;
    return written + (group ? t.tWTR_L : t.tWTR_S);
  }
  if (!bank) return 0;
  if (a.kind == k::activate) return b.kind == k::precharge ? t.tRAS : t.tRCD;
  if (a.kind == k::precharge) return b.kind == k::activate ? t.tRP : 0;
  if (b.kind == k::precharge) return a.kind == k::read ? t.tRTP : written + t.tWR;
  return 0;
}

// The data end of `where` asked at `arrival`, minus arrival.
std::int64_t probe(memory_dram_channel& channel, const dram_location& where, std::int64_t arrival,
                   bool write = false) {
  return channel.access(where, write, arrival) - arrival;
}

}  // namespace

TEST_CASE("memory_dram_channel every command of a random stream is legal and refreshes keep their rate",
          "[legality][systemc]") {
  for (const std::string& model : dram_models)
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      CAPTURE(model, seed);
      const dram_parameters p = parameters_of(model);
      memory_dram_channel channel(p, p.timing.tREFI);
      std::vector<dram_command> log;
      channel.record(&log);
      std::mt19937_64 random(seed);
      std::int64_t arrival = 0, end = 0;
      const unsigned rows = seed % 2 ? 2 : 64;
      const unsigned pause = seed % 3 ? 8 : 400;
      for (int i = 0; i < 4000; ++i) {
        arrival += static_cast<std::int64_t>(random() % pause);
        const auto where = at(p, static_cast<int>(random() % 4), static_cast<int>(random() % 4),
                              static_cast<std::int64_t>(random() % rows));
        end = channel.access(where, random() % 3 == 0, arrival);
      }
      std::stable_sort(log.begin(), log.end(),
                       [](const auto& a, const auto& b) { return a.clock < b.clock; });
      std::vector<std::int64_t> activates;
      for (std::size_t j = 0; j < log.size(); ++j) {
        for (std::size_t i = j; i-- > 0 && log[j].clock - log[i].clock <= p.timing.tRFC;)
          if (log[j].clock - log[i].clock < minimum_distance(p.timing, log[i], log[j]))
            FAIL("commands " << i << " and " << j << " at " << log[i].clock << " and " << log[j].clock);
        if (log[j].kind != dram_command_kind::activate) continue;
        activates.push_back(log[j].clock);
        if (activates.size() > 4)
          REQUIRE(activates.back() - activates[activates.size() - 5] >= p.timing.tFAW);
      }
      CHECK(std::abs(static_cast<std::int64_t>(channel.counters().refreshes) - end / p.timing.tREFI) <= 1);
    }
}

TEST_CASE("memory_dram_channel every column command hits the row that is open", "[legality][systemc]") {
  const dram_parameters p = parameters_of("dram-ddr4");
  memory_dram_channel channel(p, p.timing.tREFI);
  std::vector<dram_command> log;
  channel.record(&log);
  std::mt19937_64 random(11);
  for (int i = 0; i < 20000; ++i)
    channel.access(at(p, static_cast<int>(random() % 4), static_cast<int>(random() % 4),
                      static_cast<std::int64_t>(random() % 3)),
                   random() % 2 == 0, i * 5);
  std::vector<std::int64_t> open(16, -1);  // in scheduling order, which per bank is time order
  for (const dram_command& c : log) {
    auto& row = open[static_cast<std::size_t>(c.bank)];
    if (c.kind == dram_command_kind::refresh) {
      REQUIRE(std::all_of(open.begin(), open.end(), [](auto r) { return r < 0; }));
    } else if (c.kind == dram_command_kind::activate) {
      REQUIRE(row < 0);
      row = c.row;
    } else if (c.kind == dram_command_kind::precharge) {
      REQUIRE(row >= 0);
      row = -1;
    } else {
      REQUIRE(row == c.row);
    }
  }
}

TEST_CASE("memory_dram_channel probes come at the earliest legal clock", "[theory][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    const dram_parameters p = parameters_of(model);
    const dram_timing& t = p.timing;
    const std::int64_t read = t.tCL + t.tBURST, write = t.tCWL + t.tBURST;
    const auto fresh = [&] { return memory_dram_channel(p, no_refresh); };
    constexpr std::int64_t far = 100000;

    auto rows = fresh();
    CHECK(probe(rows, at(p, 0, 0, 1), far) == t.tRCD + read);              // bank closed
    CHECK(probe(rows, at(p, 0, 0, 1), 2 * far) == read);                   // row hit
    CHECK(probe(rows, at(p, 0, 0, 2), 3 * far) == t.tRP + t.tRCD + read);  // another row open
    CHECK(probe(rows, at(p, 0, 0, 3), 3 * far) ==
          std::max(t.tRP + t.tRAS, t.tRP + t.tRCD + t.tRTP) + t.tRP + t.tRCD + read);  // and tRC after it
    CHECK(rows.counters().row_hits == 1);
    CHECK(rows.counters().row_misses == 1);
    CHECK(rows.counters().row_conflicts == 2);

    auto banks = fresh();
    const std::int64_t first = probe(banks, at(p, 0, 0, 0), far);
    CHECK(probe(banks, at(p, 1, 0, 0), far) - first == std::max(t.tRRD_S, t.tCCD_S));
    auto group = fresh();
    CHECK(probe(group, at(p, 0, 0, 0), far) == first);
    CHECK(probe(group, at(p, 0, 1, 0), far) - first == std::max(t.tRRD_L, t.tCCD_L));
    auto hits = fresh();
    hits.access(at(p, 0, 0, 0), false, 0), hits.access(at(p, 1, 0, 0), false, 0);
    CHECK(probe(hits, at(p, 0, 0, 0), far) == read);
    CHECK(probe(hits, at(p, 0, 0, 0), far) == read + t.tCCD_L);
    CHECK(probe(hits, at(p, 1, 0, 0), far) == read + t.tCCD_L + t.tCCD_S);

    auto faw = fresh();
    for (int g = 0; g < 4; ++g) faw.access(at(p, g, 0, 0), false, far);
    CHECK(probe(faw, at(p, 0, 1, 0), far) == std::max({t.tFAW, 4 * t.tRRD_S, t.tRRD_L}) + t.tRCD + read);

    auto turn = fresh();
    turn.access(at(p, 0, 0, 0), false, 0), turn.access(at(p, 1, 0, 0), false, 0);
    CHECK(probe(turn, at(p, 0, 0, 0), far, true) == write);
    CHECK(probe(turn, at(p, 0, 0, 0), far) == write + t.tWTR_L + read);
    CHECK(probe(turn, at(p, 0, 0, 0), 2 * far, true) == write);
    CHECK(probe(turn, at(p, 1, 0, 0), 2 * far) == write + t.tWTR_S + read);
    CHECK(probe(turn, at(p, 1, 0, 0), 3 * far) == read);
    CHECK(probe(turn, at(p, 1, 0, 0), 3 * far, true) == read + t.tRTW_gap + t.tBURST);
    CHECK(probe(turn, at(p, 0, 0, 0), 4 * far, true) == write);
    CHECK(probe(turn, at(p, 0, 0, 9), 4 * far) == write + t.tWR + t.tRP + t.tRCD + read);
  }
}

TEST_CASE("memory_dram_channel a refresh costs its close, tRFC and a reopened row", "[theory][systemc]") {
  for (const std::string& model : dram_models) {
    CAPTURE(model);
    const dram_parameters p = parameters_of(model);
    const dram_timing& t = p.timing;
    memory_dram_channel channel(p, t.tREFI);
    channel.access(at(p, 0, 0, 5), false, 0);
    const std::int64_t due = t.tREFI;
    CHECK(probe(channel, at(p, 0, 0, 5), due - 1) == t.tCL + t.tBURST);
    const std::int64_t close = std::max<std::int64_t>(t.tRTP - 1, 0) + t.tRP;
    CHECK(probe(channel, at(p, 0, 0, 5), due) == close + t.tRFC + t.tRCD + t.tCL + t.tBURST);
    CHECK(channel.counters().refreshes == 1);
    channel.access(at(p, 0, 0, 5), false, due * 1000 + due / 2);  // idle: all the others are over
    CHECK(channel.counters().refreshes == 1000);
  }
}
