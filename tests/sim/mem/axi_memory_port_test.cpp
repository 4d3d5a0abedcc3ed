// The pin-level face against the time face, cycle by cycle, its data, and the errors it must catch.
#include "sim/mem/axi_memory_port.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <random>

#include "sim/mem/memory_ideal.h"
#include "tests/sim/mem/random_master.h"
#include "tests/support/places.h"

using namespace scansim;

namespace {

constexpr std::uint64_t memory_bytes = 1 << 18;

std::unique_ptr<memory_timing> make(const std::string& name, int axi_bytes, double clock_mhz,
                                    std::uint64_t seed) {
  return make_memory_timing(name, {axi_bytes, clock_mhz, seed, test::source_dir() + "/sim/mem/parameters"});
}

std::vector<std::uint8_t> random_image(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> image(memory_bytes);
  for (auto& byte : image) byte = static_cast<std::uint8_t>(random());
  return image;
}

// One port of 16-byte beats on an ideal memory at 0x1000..0x2fff, and the pins to drive it with.
struct bench {
  std::vector<std::uint8_t> image = std::vector<std::uint8_t>(0x2000);
  std::vector<std::uint8_t> beat = std::vector<std::uint8_t>(16, 0xab);
  memory_ideal timing{16};
  axi_memory_port port{timing, image, 16, 0x1000};
  axi_master_outputs pins;
  cycle_t cycle = 0;

  bench() { pins.wdata = beat.data(); }
  axi_slave_readies tick() {
    port.begin_cycle(cycle);
    const axi_slave_readies readies = port.respond(cycle++, pins);
    port.end_cycle();
    return readies;
  }
  void address(bool write, std::uint64_t at, int beats) {
    (write ? pins.awvalid : pins.arvalid) = true;
    (write ? pins.awaddr : pins.araddr) = at;
    (write ? pins.awlen : pins.arlen) = beats - 1;
    tick();
    pins.arvalid = pins.awvalid = false;
  }
};

// A memory that answers late, to have something to wait for.
class late_memory final : public memory_timing {
 public:
  cycle_t read_address(const burst& c, cycle_t valid, std::span<cycle_t> r) override {
    for (int i = 0; i < c.beats; ++i) r[static_cast<std::size_t>(i)] = valid + 10 + i;
    return valid + 5;
  }
  cycle_t write_address(const burst&, cycle_t valid) override { return valid + 5; }
  cycle_t write_data(cycle_t valid) override { return valid + 5; }
  cycle_t write_response(cycle_t last) override { return last + 5; }
  memory_counters counters() const override { return {}; }
};

}  // namespace

TEST_CASE("axi_memory_port and the time face agree on every handshake, and data is right",
          "[equality][rtl]") {
  for (const std::string& name : memory_model_names())
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const int axi_bytes = std::vector{4, 8, 16, 32, 64, 128}[seed % 6];
      const double clock_mhz = std::vector{100.0, 300.0, 1000.0}[seed % 3];
      CAPTURE(name, seed, axi_bytes, clock_mhz);
      const auto commands = random_commands(seed, 250, axi_bytes, memory_bytes);
      auto image = random_image(seed), expected_image = image;
      const auto pin_timing = make(name, axi_bytes, clock_mhz, seed),
                 timing = make(name, axi_bytes, clock_mhz, seed);
      axi_memory_port port(*pin_timing, image, axi_bytes);
      const pin_run pins = on_pin_face(port, commands, axi_bytes, 10000000);
      const handshakes expected = on_time_face(*timing, commands);
      CHECK(pins.when.ar == expected.ar);
      CHECK(pins.when.r == expected.r);
      CHECK(pins.when.aw == expected.aw);
      CHECK(pins.when.w == expected.w);
      CHECK(pins.when.b == expected.b);
      CHECK((pin_timing->counters() == timing->counters()));
      CHECK((pins.read_bytes == in_program_order(expected_image, commands, axi_bytes)));
      CHECK((image == expected_image));
      CHECK(port.idle());
    }
}

TEST_CASE("axi_memory_port writes only the bytes its strobes enable", "[data][rtl]") {
  bench b;
  const std::uint8_t strobe[2] = {0x05, 0x80};
  b.pins.wvalid = b.pins.wlast = true;
  b.pins.wstrb = strobe;
  b.address(true, 0x1010, 1);
  for (std::size_t i = 0; i < 32; ++i) CHECK(b.image[i] == (i == 16 || i == 18 || i == 31 ? 0xab : 0));
}

TEST_CASE("axi_memory_port takes W in the cycle of its AW and answers one cycle after the last",
          "[timing][rtl]") {
  bench b;
  b.pins.awvalid = b.pins.wvalid = b.pins.wlast = true;
  b.pins.awaddr = 0x1000;
  const axi_slave_readies readies = b.tick();
  CHECK((readies.awready && readies.wready && !readies.arready));
  b.pins.awvalid = b.pins.wvalid = false;
  CHECK(b.port.begin_cycle(1).bvalid);
}

TEST_CASE("axi_memory_port is ready at times when nothing is offered, and takes nothing then",
          "[timing][rtl]") {
  bench b;
  int ready = 0, cycles = 64;
  for (int i = 0; i < cycles; ++i) {
    const axi_slave_readies readies = b.tick();
    ready += readies.arready && readies.awready && readies.wready;
  }
  CHECK(ready == cycles / 2);
  CHECK(b.port.idle());
}

TEST_CASE("axi_memory_port names the cycle and the signal of a broken promise", "[errors][rtl]") {
  const auto refuses = [](const char* signal, auto&& act) {
    CAPTURE(signal);
    bench b;
    CHECK_THROWS_AS(act(b), protocol_error);
    bench again;
    CHECK_THROWS_WITH(act(again), Catch::Contains(signal) && Catch::Contains("cycle "));
  };
  refuses("araddr", [](bench& b) { b.address(false, 0x1008, 1); });     // not aligned
  refuses("araddr", [](bench& b) { b.address(false, 0x1ff0, 2); });     // crosses 4 KiB
  refuses("araddr", [](bench& b) { b.address(false, 0x0ff0, 1); });     // below the memory
  refuses("awaddr", [](bench& b) { b.address(true, 0x3000, 1); });      // above it
  refuses("araddr", [](bench& b) { b.address(false, ~0xfull, 1); });    // far above it
  refuses("araddr", [](bench& b) { b.address(false, 0x1000, 257); });   // too long
  refuses("awaddr", [](bench& b) { b.address(true, 0x1000, 0); });      // no beats
  refuses("wvalid", [](bench& b) { b.pins.wvalid = true, b.tick(); });  // no AW
  refuses("wlast", [](bench& b) { b.pins.wvalid = b.pins.wlast = true, b.address(true, 0x1000, 2); });
  refuses("wlast", [](bench& b) { b.pins.wvalid = true, b.address(true, 0x1000, 1); });
  refuses("rready", [](bench& b) { b.pins.rready = false, b.address(false, 0x1000, 1), b.tick(); });
  refuses("bready", [](bench& b) {
    b.pins.bready = false, b.pins.wvalid = b.pins.wlast = true;
    b.address(true, 0x1000, 1), b.pins.wvalid = false, b.tick();
  });
  refuses("awvalid", [](bench& b) {
    b.pins.arvalid = b.pins.awvalid = true, b.pins.araddr = b.pins.awaddr = 0x1000, b.tick();
  });
  refuses("araddr",
          [](bench& b) { b.address(true, 0x1000, 4), b.address(false, 0x1030, 1); });  // read before B
  refuses("awaddr",
          [](bench& b) { b.address(false, 0x1000, 4), b.address(true, 0x1030, 1); });  // write before R
  refuses("clock", [](bench& b) { b.tick(), b.cycle += 1, b.tick(); });
}

TEST_CASE("axi_memory_port holds a master to its own limits", "[errors][rtl]") {
  const auto refused = [](bool write, int bursts, int beats) {
    std::vector<std::uint8_t> image(0x2000);
    memory_ideal timing{16};
    axi_memory_port port{timing, image, 16, 0, {4, 2, 2}};
    axi_master_outputs pins;
    for (cycle_t cycle = 0; cycle < bursts; ++cycle) {
      (write ? pins.awvalid : pins.arvalid) = true;
      pins.araddr = pins.awaddr = static_cast<std::uint64_t>(cycle) * 64;
      pins.arlen = pins.awlen = beats - 1;
      port.begin_cycle(cycle);
      port.respond(cycle, pins);
      port.end_cycle();
    }
  };
  for (const bool write : {false, true}) {
    CAPTURE(write);
    CHECK_NOTHROW(refused(write, 2, 4));
    CHECK_THROWS_WITH(refused(write, 1, 5), Catch::Contains("a burst of 5 beats, at most 4"));
    CHECK_THROWS_WITH(refused(write, 3, 4), Catch::Contains("more than 2"));
  }
}

TEST_CASE("axi_memory_port refuses pins that change or drop before ready", "[errors][rtl]") {
  const auto refuses = [](const char* signal, auto&& start, auto&& change) {
    CAPTURE(signal);
    std::vector<std::uint8_t> image(0x2000), beat(16), other(16, 1);
    late_memory timing;
    axi_memory_port port(timing, image, 16);
    axi_master_outputs pins;
    pins.wdata = beat.data();
    start(pins);
    const auto tick = [&](cycle_t cycle) {
      port.begin_cycle(cycle);
      port.respond(cycle, pins);
      port.end_cycle();
    };
    tick(0);
    tick(1);
    change(pins, other);
    CHECK_THROWS_WITH(tick(2), Catch::Contains(signal) && Catch::Contains("cycle 2"));
  };
  using pins_t = axi_master_outputs;
  const auto read = [](pins_t& p) { p.arvalid = true; };
  const auto write = [](pins_t& p) { p.awvalid = p.wvalid = p.wlast = true; };
  refuses("arvalid", read, [](pins_t& p, auto&) { p.arvalid = false; });
  refuses("araddr", read, [](pins_t& p, auto&) { p.araddr = 16; });
  refuses("araddr", read, [](pins_t& p, auto&) { p.arlen = 1; });
  refuses("awvalid", write, [](pins_t& p, auto&) { p.awvalid = false; });
  refuses("awaddr", write, [](pins_t& p, auto&) { p.awaddr = 16; });
  refuses("wvalid", write, [](pins_t& p, auto&) { p.wvalid = false; });
  refuses("wdata", write, [](pins_t& p, auto& other) { p.wdata = other.data(); });
  refuses("wlast", write, [](pins_t& p, auto&) { p.wlast = false; });
}

TEST_CASE("axi_memory_port an idle cycle takes less than 100 ns", "[speed][rtl]") {
  bench b;
  constexpr int cycles = 200000;
  double best_ns = 1e9;  // of several, because the machine may be busy with something else
  for (int round = 0; round < 10; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < cycles; ++i) b.tick();
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    best_ns = std::min(best_ns, spent.count() / cycles);
  }
  INFO("idle cycle: " << best_ns << " ns");
  CHECK(best_ns < 100);
}
