// The contract of every memory model (order, causality, determinism) and the exact timing of the simple ones.
#include "sim/mem/memory_timing.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <random>

#include "sim/mem/memory_ideal.h"
#include "sim/mem/memory_latency.h"
#include "tests/sim/mem/dram_settings.h"
#include "tests/sim/mem/random_master.h"
#include "traces/input_error.h"

using namespace scansim;
using namespace scansim::test;

namespace {

std::unique_ptr<memory_timing> make(const std::string& name, int axi_bytes = 16, std::uint64_t seed = 1) {
  return make_memory_timing(name, {axi_bytes, 1000.0, seed, parameter_dir});
}

// The calls of one run with the times they were given, in program order.
struct call {
  enum { read, write, data, response } kind;
  burst where;
  cycle_t given = 0;
  std::vector<cycle_t> got;
  std::size_t write_index = 0;
};

std::vector<cycle_t> perform(memory_timing& timing, const call& c) {
  std::vector<cycle_t> beats(static_cast<std::size_t>(c.where.beats));
  switch (c.kind) {
    case call::read: {
      const cycle_t accept = timing.read_address(c.where, c.given, beats);
      beats.push_back(accept);
      return beats;
    }
    case call::write:
      return {timing.write_address(c.where, c.given)};
    case call::data:
      return {timing.write_data(c.given)};
    default:
      return {timing.write_response(c.given)};
  }
}

std::vector<call> recorded_calls(const std::string& name, std::uint64_t seed) {
  const auto timing = make(name, 16, seed);
  std::vector<call> calls;
  cycle_t last_address = -1, last_data = -1;
  std::size_t writes = 0;
  const auto add = [&](call c) {
    c.got = perform(*timing, c);
    calls.push_back(c);
    return c.got.back();
  };
  for (const master_command& c : random_commands(seed, 200, 16, 1 << 20)) {
    const cycle_t valid = last_address + 1 + c.gap;
    last_address = add({c.write ? call::write : call::read, c.where, valid, {}, writes});
    for (const int gap : c.data_gaps)
      last_data = add({call::data, {}, std::max(last_data + 1, valid) + gap, {}, writes});
    if (c.write) add({call::response, {}, last_data, {}, writes++});
  }
  return calls;
}

}  // namespace

TEST_CASE("memory_timing any legal interleaving of W calls gives the same cycles", "[causality][systemc]") {
  for (const std::string& name : memory_model_names())
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(name, seed);
      const std::vector<call> calls = recorded_calls(name, seed);
      std::vector<const call*> addresses, data;
      for (const call& c : calls)
        (c.kind == call::read || c.kind == call::write ? addresses : data).push_back(&c);
      const auto timing = make(name, 16, seed);
      std::mt19937_64 random(seed);
      std::size_t a = 0, d = 0, writes_given = 0;
      const unsigned lag =
          static_cast<unsigned>(1 + random() % 64);  // W falls behind by about this many calls
      while (a < addresses.size() || d < data.size()) {
        const bool data_legal = d < data.size() && data[d]->write_index < writes_given;
        const bool take_data = a == addresses.size() || (data_legal && random() % lag == 0);
        const call& c = take_data ? *data[d++] : *addresses[a++];
        if (c.kind == call::write) ++writes_given;
        REQUIRE(perform(*timing, c) == c.got);
      }
    }
}

TEST_CASE("memory_timing keeps the order rules of the interface", "[contract][systemc]") {
  for (const std::string& name : memory_model_names())
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(name, seed);
      cycle_t last_r = -1, last_w = -1, last_b = -1;
      std::vector<cycle_t> accepts;
      for (const call& c : recorded_calls(name, seed)) {
        if (c.kind == call::read) {
          REQUIRE(c.got.back() >= c.given);
          REQUIRE(c.got.front() > c.got.back());
          for (int i = 0; i < c.where.beats; ++i) {
            REQUIRE(c.got[static_cast<std::size_t>(i)] > last_r);
            last_r = c.got[static_cast<std::size_t>(i)];
          }
        } else if (c.kind == call::write) {
          REQUIRE(c.got[0] >= c.given);
          accepts.push_back(c.got[0]);
        } else {
          cycle_t& last = c.kind == call::data ? last_w : last_b;
          REQUIRE(c.got[0] > last);
          REQUIRE(c.got[0] >= c.given + (c.kind == call::response ? 1 : 0));
          REQUIRE(c.got[0] >= accepts[c.write_index]);
          last = c.got[0];
        }
      }
    }
}

TEST_CASE("memory_timing is deterministic and only random depends on the seed", "[determinism][systemc]") {
  for (const std::string& name : memory_model_names()) {
    CAPTURE(name);
    const auto commands = random_commands(7, 300, 16, 1 << 20);
    const auto run = [&](std::uint64_t seed) { return on_time_face(*make(name, 16, seed), commands); };
    const handshakes first = run(1);
    CHECK(run(1) == first);
    CHECK((run(2) == first) == (name != "random"));
  }
}

TEST_CASE("memory_ideal reads n beats in n + 1 cycles and writes at once", "[theory][systemc]") {
  for (const int beats : {1, 2, 16, 256}) {
    const auto timing = make("ideal");
    std::vector<cycle_t> r(256);
    CHECK(timing->read_address({0, beats}, 100, r) == 100);
    CHECK(r[static_cast<std::size_t>(beats - 1)] - 100 + 1 == beats + 1);
    CHECK(timing->write_address({0, beats}, 101) == 101);
    for (int i = 0; i < beats; ++i) CHECK(timing->write_data(101 + i) == 101 + i);
    CHECK(timing->write_response(100 + beats) == 101 + beats);
    CHECK(timing->counters()[2] == std::pair<std::string, std::uint64_t>("axi_read_bytes", beats * 16));
  }
}

TEST_CASE("memory_timing takes settings for parameters of its file, and no others", "[theory][systemc]") {
  const auto first_beat = [](const std::string& name, const memory_settings& set) {
    std::vector<cycle_t> r(4);
    make_memory_timing(name, {16, 1000.0, 1, parameter_dir, set})->read_address({0, 4}, 100, r);
    return r[0];
  };
  const cycle_t latency = first_beat("latency", {}), dram = first_beat("dram-ddr4", {});
  CHECK(first_beat("latency", {{"read_latency_cycles", "41"}}) == latency + 1);
  CHECK(first_beat("latency", {{"bytes_per_cycle", "8"}}) == latency + 1);
  CHECK(first_beat("dram-ddr4", {{"request_ns", "120"}}) > dram + 80);
  CHECK(first_beat("dram-ddr4", {{"address_order", "[column, bank_group, bank, row]"}}) == dram);
  const auto refused = [&](const std::string& name, const memory_settings& set, const std::string& message) {
    CAPTURE(name, message);
    CHECK_THROWS_AS(first_beat(name, set), input_error);
    CHECK_THROWS_WITH(first_beat(name, set), Catch::Contains(message));
  };
  refused("latency", {{"channels", "2"}},
          "design point: memory.channels: expected a parameter of latency: read_latency");
  refused("latency", {{"bytes_per_cycle", "0"}},
          "design point: memory.bytes_per_cycle: expected a number in");
  refused("latency", {{"bytes_per_cycle", "["}},
          "design point: memory.bytes_per_cycle: expected a value, found no YAML");
  refused("latency", {{"bytes_per_cycle", ""}},
          "design point: memory.bytes_per_cycle: expected a number in 0.001..4096, found nothing");
  refused("latency", {{"source", "me"}}, "design point: memory.source");
  refused("dram-hbm2", {{"channels", "3"}}, "design point: memory.channels: expected a power of two");
  refused("dram-ddr4", {{"tRFC_ns", "5000"}},
          "dram-ddr4.yaml: tREFI_ns: expected at least twice tRFC plus one row cycle, found less with "
          "memory.tRFC_ns=5000");
  refused("ideal", {{"channels", "3"}},
          "design point: memory.channels: expected nothing: the memory model ideal has no parameters");
  refused("random", {{"channels", "3"}}, "the memory model random has no parameters");
  const std::vector<std::string> names = memory_parameter_names(parameter_dir);
  for (const char* name : {"bytes_per_cycle", "channels", "tRFC_ns"})
    CHECK(std::find(names.begin(), names.end(), name) != names.end());
  CHECK(std::find(names.begin(), names.end(), "source") == names.end());
}

TEST_CASE("memory_latency has its latency alone and its bandwidth under load", "[theory][systemc]") {
  for (const std::int64_t milli : {1000, 5333, 16000, 20000, 64000}) {
    CAPTURE(milli);
    latency_parameters p{40, 20, milli, 16, 16};
    memory_latency alone(16, p);
    std::vector<cycle_t> r(16);
    REQUIRE(alone.read_address({0, 16}, 1000, r) == 1000);
    const std::int64_t beat_cycles = (16000 + milli - 1) / milli;
    CHECK(r[0] == 1000 + 40 - 1 + beat_cycles);

    memory_latency busy(16, p);
    constexpr int bursts = 400;
    cycle_t now = 0, end = 0;
    for (int i = 0; i < bursts; ++i) {  // reads and writes share the pipe
      if (i % 2 == 0) {
        now = busy.read_address({0, 16}, now + 1, r);
        end = std::max(end, r[15]);
      } else {
        now = busy.write_address({4096, 16}, now + 1);
        cycle_t last = now;
        for (int b = 0; b < 16; ++b) last = busy.write_data(last);
        end = std::max(end, busy.write_response(last));
      }
    }
    // One R and one W beat a cycle bound what the pipe can show: 32 bytes a cycle.
    const double ceiling = std::min(static_cast<double>(milli) / 1000, 32.0);
    const double reached = bursts * 256.0 / static_cast<double>(end);
    CHECK(reached <= ceiling);
    CHECK(reached >= 0.9 * ceiling);
  }
}

TEST_CASE("memory_random stalls every channel and differs between seeds in kind", "[theory][systemc]") {
  const auto commands = random_commands(3, 300, 16, 1 << 20);
  memory_ideal ideal(16);
  const handshakes free = on_time_face(ideal, commands);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const auto timing = make("random", 16, seed);
    cycle_t ar = 0, w = 0, b = 0, gaps = 0;
    std::vector<cycle_t> r(256);
    for (int i = 0; i < 100; ++i) {
      const cycle_t at = i * 100000;
      ar += timing->read_address({0, 16}, at, r) - at;
      for (std::size_t k = 1; k < 16; ++k) gaps += r[k] - r[k - 1] - 1;
      cycle_t last = timing->write_address({0, 1}, at + 50000);
      w += timing->write_data(last + 1000) - last - 1000;
      b += timing->write_response(last + 2000) - last - 2001;
    }
    CHECK((ar > 0 && w > 0 && b > 0 && gaps > 0));
    CHECK(on_time_face(*make("random", 16, seed), commands).r.back() > free.r.back());
  }
}

TEST_CASE("memory_timing takes every width and clock of its range, to both ends, and none beyond",
          "[errors][systemc]") {
  const auto made = [](int axi_bytes, double clock_mhz) {
    return make_memory_timing("ideal", {axi_bytes, clock_mhz, 1, parameter_dir});
  };
  for (const double clock_mhz : {1.0, 1000.0, 10000.0}) CHECK_NOTHROW(made(16, clock_mhz));
  for (const double clock_mhz : {0.0, 0.999, 10000.5, -1000.0})
    CHECK_THROWS_AS(made(16, clock_mhz), input_error);
  CHECK_THROWS_AS(made(16, std::nan("")), input_error);
  for (const int axi_bytes : {1, 2, 64, 128}) CHECK_NOTHROW(made(axi_bytes, 1000));
  for (const int axi_bytes : {-1, 0, 3, 127, 129, 256}) CHECK_THROWS_AS(made(axi_bytes, 1000), input_error);
}

TEST_CASE("memory_timing refuses unknown models, wrong widths and malformed files", "[errors][systemc]") {
  CHECK_THROWS_AS(make("dram-ddr9"), input_error);
  CHECK_THROWS_AS(make("ideal", 24), input_error);
  CHECK_THROWS_AS(make_memory_timing("ideal", {16, 0.0, 1, ""}), input_error);
  CHECK_THROWS_AS(make_memory_timing("latency", {16, 1000, 1, "no/such/folder"}), input_error);
  const std::string dir = test::build_dir();
  const auto refused = [&](const std::string& text, const std::string& field) {
    std::ofstream(dir + "/latency.yaml") << text;
    CHECK_THROWS_WITH(make_memory_timing("latency", {16, 1000, 1, dir}), Catch::Contains(field));
  };
  const std::string good =
      "read_latency_cycles: 4\nwrite_latency_cycles: 2\nread_queue_bursts: 4\nwrite_queue_bursts: 4\n";
  refused(good, "bytes_per_cycle");
  refused(good + "bytes_per_cycle: fast\n", "bytes_per_cycle");
  refused(good + "bytes_per_cycle: .nan\n", "bytes_per_cycle");
  refused(good + "bytes_per_cycle: [1]\n", "bytes_per_cycle");
  refused(good + "bytes_per_cycle: 8\nbandwith: 3\n", "bandwith");
  refused("[1, 2]\n", "file");
  refused("a: [\n", "line 2: expected YAML");
  refused("", "file");
  refused(good + "bytes_per_cycle: 8\nbytes_per_cycle: 8\n", "bytes_per_cycle: expected each key once");
  refused(good + "bytes_per_cycle: 8\n---\n", "file: expected one YAML document");
}
