// The SystemC machine behind the driver's device interface: CSRs, several starts and devices in one process,
// failures.
#include <catch2/catch.hpp>
#include <cstring>

#include "hls/map/counter_map.h"
#include "hls/map/csr_map.h"
#include "models/configs/design_point.h"
#include "sim/rungs/device.h"
#include "tests/support/design_points.h"
#include "tests/support/packed_scan.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

design_point tiny_point() {
  design_point p = test::narrow_point();
  p.clock_mhz = 200;
  p.tile_buffers = 3;
  return p;
}

struct prepared {
  std::vector<packed_scan> scans;
  std::vector<uint8_t> image;
  uint64_t descriptors = 0;
};

prepared prepare(const design_point& point, uint64_t seed) {
  std::mt19937_64 random(seed);
  hls::scan_descriptor flags;
  flags.softplus = flags.has_z = flags.store_state = flags.load_params = true;
  prepared p;
  p.scans = {make_packed_scan(point, {24, 8, 30, 8}, flags, random)};
  append_scan(p.scans[0], point, p.image);
  p.descriptors = append_descriptors(p.scans, p.image);
  return p;
}

void load(device& machine, const prepared& p) {
  machine.resize_memory(p.image.size());
  std::memcpy(machine.memory().data(), p.image.data(), p.image.size());
  machine.write_csr(csr::desc_addr_lo, static_cast<uint32_t>(p.descriptors));
  machine.write_csr(csr::desc_addr_hi, static_cast<uint32_t>(p.descriptors >> 32));
  machine.write_csr(csr::desc_count, 1);
}

uint64_t counter(device& machine, const char* block, const char* event) {
  const auto address = static_cast<uint32_t>(csr::counters + 8 * counter_index(block, event));
  return machine.read_csr(address) | uint64_t{machine.read_csr(address + 4)} << 32;
}

void check_outputs(device& machine, const design_point& point, const prepared& p) {
  const std::vector<uint8_t> image(machine.memory().begin(), machine.memory().end());
  const scan_outputs expected = expected_outputs(p.scans[0], point),
                     found = read_outputs(p.scans[0], point, image);
  CHECK(found.y == expected.y);
  CHECK(found.ht == expected.ht);
}

}  // namespace

TEST_CASE("systemc_device systemc runs the same descriptors several times in the same cycles",
          "[device][systemc]") {
  const design_point point = tiny_point();
  const prepared p = prepare(point, 11);
  const auto machine = make_systemc_device(point, {"random", 5, ""});
  CHECK(machine->rung() == "systemc");
  load(*machine, p);
  CHECK(machine->read_csr(csr::id) == csr::id_value);
  CHECK(machine->read_csr(csr::version) == csr::version_value);
  CHECK(machine->read_csr(csr::parameters + 4) == 4);
  CHECK(machine->read_csr(csr::status) == 0);
  uint64_t cycles = 0;
  for (int i = 0; i < 3; ++i) {
    machine->write_csr(csr::control, 1);
    machine->wait_done();
    CHECK(machine->read_csr(csr::status) == csr::status_done);
    check_outputs(*machine, point, p);
    if (i > 0) CHECK(counter(*machine, "machine", "cycles") == cycles);
    cycles = counter(*machine, "machine", "cycles");
    CHECK(cycles > 0);
    std::memset(machine->memory().data() + p.scans[0].region_y, 0, 64);
  }
}

TEST_CASE("systemc_device systemc takes another memory image between runs and two devices at once",
          "[device][systemc]") {
  const design_point point = tiny_point();
  const prepared one = prepare(point, 21), two = prepare(point, 22);
  const auto first = make_systemc_device(point, {}), second = make_systemc_device(point, {});
  load(*first, one);
  load(*second, two);
  first->write_csr(csr::control, 1);
  second->write_csr(csr::control, 1);
  first->wait_done();
  second->wait_done();
  check_outputs(*first, point, one);
  check_outputs(*second, point, two);
  load(*first, two);
  first->write_csr(csr::control, 1);
  first->wait_done();
  check_outputs(*first, point, two);
}

TEST_CASE("systemc_device systemc shows the error code of an illegal descriptor", "[device][systemc]") {
  const design_point point = tiny_point();
  prepared p = prepare(point, 31);
  p.image[p.descriptors + 8] = 0;  // passes
  const auto machine = make_systemc_device(point, {});
  load(*machine, p);
  machine->write_csr(csr::control, 1);
  machine->wait_done();
  CHECK(machine->read_csr(csr::status) ==
        (csr::status_done | csr::status_error |
         static_cast<uint32_t>(csr::error_code::passes) << csr::status_error_code_shift));
}

TEST_CASE("systemc_device systemc refuses what cannot run", "[device][systemc]") {
  const design_point point = tiny_point();
  CHECK_THROWS_AS(make_systemc_device(point, {"no such model", 1, ""}), input_error);
  const auto unstarted = make_systemc_device(point, {});
  CHECK_THROWS_AS(unstarted->wait_done(), tool_error);
  const prepared p = prepare(point, 41);
  const auto machine = make_systemc_device(point, {});
  load(*machine, p);
  machine->write_csr(csr::desc_addr_hi, 1);  // outside the image
  machine->write_csr(csr::control, 1);
  CHECK_THROWS_AS(machine->wait_done(), tool_error);
}

TEST_CASE("systemc_device systemc does not show the run before when its process has failed",
          "[device][systemc]") {
  const design_point point = tiny_point();
  const prepared p = prepare(point, 42);
  const auto machine = make_systemc_device(point, {});
  load(*machine, p);
  machine->write_csr(csr::control, 1);
  machine->wait_done();
  CHECK(machine->read_csr(csr::status) != 0);
  machine->write_csr(csr::desc_addr_hi, 1);  // outside the image
  machine->write_csr(csr::control, 1);
  CHECK_THROWS_AS(machine->wait_done(), tool_error);
  CHECK(machine->read_csr(csr::status) == 0);
  CHECK_THROWS_AS(machine->wait_done(), tool_error);
}

}  // namespace scansim
