// A record of the memory port that the system has no room for.
#include "sim/mem/port_log.h"

#include <catch2/catch.hpp>

#include "tests/support/file_size_limit.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

class ready_memory final : public memory_timing {
 public:
  cycle_t read_address(const burst&, cycle_t valid, std::span<cycle_t>) override { return valid; }
  cycle_t write_address(const burst&, cycle_t valid) override { return valid; }
  cycle_t write_data(cycle_t valid) override { return valid; }
  cycle_t write_response(cycle_t last_data) override { return last_data; }
  memory_counters counters() const override { return {}; }
};

void write_commands(const port_log& log, int count) {
  const auto memory = logged_memory(std::make_unique<ready_memory>(), log.descriptor());
  for (int i = 0; i < count; ++i) memory->write_address({}, i);
}

}  // namespace

TEST_CASE("port_log that is cut says why, and one that is whole has every event", "[mem]") {
  for (const int count : {0, 30, 5000}) {
    CAPTURE(count);
    const port_log whole;
    write_commands(whole, count);
    CHECK(whole.events().size() == static_cast<size_t>(count) + 1);
  }
  for (const rlim_t bytes : std::vector<rlim_t>{32 * 20, 32 * 20 + 7, 32 * 4096, 32 * 4097 + 31}) {
    CAPTURE(bytes);
    const test::file_size_limit limit(bytes);
    const port_log cut;
    write_commands(cut, 5000);
    CHECK_THROWS_WITH(cut.events(), "a record of the memory port cannot be written: File too large");
  }
}

}  // namespace scansim
