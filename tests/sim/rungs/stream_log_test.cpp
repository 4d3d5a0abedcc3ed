// The record of streams: what is written comes back; one that the system has no room for, or that ends
// anywhere else than behind a beat, is said to end early and never taken for a whole one.
#include "sim/rungs/stream_log.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/file_size_limit.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr size_t starts = 2, beats = 3;
constexpr off_t number = sizeof(int64_t);

void write_beats(int descriptor, size_t count = beats) {
  stream_writer writer(descriptor);
  for (size_t start = 0; start < starts; ++start) {
    writer.begin_start();
    for (size_t i = 0; i < count; ++i) {
      const auto value = static_cast<int64_t>(10 * start + i);
      writer.enter(machine_stream::acc, value, -1, std::vector<int64_t>{value, -value, 7});
      writer.leave(machine_stream::acc, value + 2);
    }
  }
}

}  // namespace

TEST_CASE("stream_log gives back the beats of every start", "[machine]") {
  const stream_log log;
  write_beats(log.descriptor());
  const stream_records all = log.records(starts);
  REQUIRE(all.starts.size() == starts);
  CHECK(all.whole);
  const stream_record& acc = all.starts[1][static_cast<size_t>(machine_stream::acc)];
  REQUIRE(acc.beats.size() == beats);
  CHECK(acc.beats[2].cycle == 12);
  CHECK(acc.beats[2].values == std::vector<int64_t>{12, -12, 7});
  CHECK(acc.left == std::vector<cycle_t>{12, 13, 14});
  CHECK(all.starts[1][static_cast<size_t>(machine_stream::dt)].beats.empty());
}

TEST_CASE("stream_log that the system has no room for says why", "[machine]") {
  for (const rlim_t bytes : std::vector<rlim_t>{0, 7, 8, 100, 1 << 12, (1 << 18) + 3, 1 << 19}) {
    CAPTURE(bytes);
    const test::file_size_limit limit(bytes);
    const stream_log log;
    write_beats(log.descriptor(), 20000);
    CHECK_THROWS_WITH(log.records(starts), "a record of the streams cannot be written: File too large");
  }
}

TEST_CASE("stream_log that ends inside a beat, or before the last start, ends early", "[machine]") {
  const stream_log whole;
  write_beats(whole.descriptor());
  const off_t end = lseek(whole.descriptor(), 0, SEEK_END), of_start = number * (1 + beats * (5 + 3 + 3));
  REQUIRE(end == static_cast<off_t>(starts) * of_start);
  for (off_t cut = 0; cut < end; ++cut) {
    const stream_log log;
    write_beats(log.descriptor());
    REQUIRE(ftruncate(log.descriptor(), cut) == 0);
    // Behind a beat of the last start nothing tells that there were more: there the writer cuts a byte off.
    const off_t in_last = cut - of_start - number;
    if (in_last >= 0 && (in_last % (11 * number) == 0 || in_last % (11 * number) == 8 * number)) continue;
    CAPTURE(cut);
    CHECK_THROWS_WITH(log.records(starts), "a record of the streams ends early");
  }
}

}  // namespace scansim
