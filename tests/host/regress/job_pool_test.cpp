// Jobs in processes: whatever a job does is a row, and the next one runs.
#include "host/regress/job_pool.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <new>
#include <vector>

#include "host/regress/job_run.h"
#include "tests/host/regress/plan_example.h"

namespace scansim {
namespace {

job_row passed(const std::string& key) {
  job_row row;
  row.key = key;
  return row;
}

pool_task task(const std::string& key, const job_limits& limits, const std::function<void()>& work) {
  return {key,
          limits,
          [=] {
            work();
            return passed(key);
          },
          {}};
}

std::vector<job_row> rows_of(const std::vector<pool_task>& tasks, int slots) {
  std::vector<job_row> rows(tasks.size());
  run_pool(tasks, slots, {.ended = [&](size_t i, job_row row) { rows[i] = std::move(row); }});
  return rows;
}

const job_limits patient{30, 0, 4096}, hasty{0.3, 0, 4096}, narrow{30, 0, 256};

}  // namespace

TEST_CASE("job_pool makes a row of a crash, a hang, too much memory, an exit and an error", "[regress]") {
  const std::vector<pool_task> tasks = {
      task("pass", patient, [] {}),
      task("crash", patient, [] { abort(); }),
      task("hang", hasty,
           [] {
             for (;;) pause();
           }),
      task("memory", narrow,
           [] {
             std::vector<std::unique_ptr<char[]>> all;
             for (;;) all.push_back(std::make_unique<char[]>(16 << 20));
           }),
      task("exit", patient, [] { _exit(9); }),
      task("protocol", patient, [] { throw tool_error("rtl: AXI protocol: cycle 7: awlen: changed"); }),
      task("lock", patient, [] { throw tool_error("rtl: the machine hangs: cycle 12"); }),
      task("build", patient, [] { throw tool_error("rtl: verilating tiny: verilator failed"); }),
      task("tool", patient, [] { throw tool_error("something else"); }),
      task("killed", patient, [] { kill(getpid(), SIGKILL); }),
      task("last", patient, [] {}),
  };
  for (const int slots : {1, 3}) {
    CAPTURE(slots);
    const std::vector<job_row> rows = rows_of(tasks, slots);
    const char* kinds[] = {"",     "crash", "hang", "memory", "crash", "protocol",
                           "hang", "build", "tool", "killed", ""};
    for (size_t i = 0; i < rows.size(); ++i) {
      CAPTURE(tasks[i].key, rows[i].message);
      CHECK(rows[i].key == tasks[i].key);
      CHECK(rows[i].signature.kind == kinds[i]);
      CHECK((rows[i].verdict == job_verdict::pass) == (*kinds[i] == '\0'));
    }
    CHECK(rows[1].message.find("signal 6") != std::string::npos);
    CHECK(rows[2].message == "no end within 0.3 s");
    CHECK(rows[4].message == "ended with status 9 and no result");
  }
}

TEST_CASE("job_pool judges a program by its exit status and keeps what it said last", "[regress]") {
  const auto shell = [](const std::string& text, const job_limits& limits = patient) {
    return pool_task{text, limits, {}, {"/bin/sh", "-c", text}};
  };
  const std::vector<job_row> rows =
      rows_of({shell("true"), shell("echo one; echo two >&2; exit 5"), shell("echo not here; exit 77"),
               shell("sleep 60", hasty), pool_task{"none", patient, {}, {"/no/such/program"}}},
              2);
  CHECK(rows[0].verdict == job_verdict::pass);
  CHECK(rows[1].signature.kind == "exit");
  CHECK(rows[1].message == "exit status 5: one | two");
  CHECK(rows[2].verdict == job_verdict::refused);
  CHECK(rows[2].message == "skipped: not here");
  CHECK(rows[3].signature.kind == "hang");
  CHECK(rows[4].message.find("exit status 127") != std::string::npos);
}

TEST_CASE("job_pool leaves out what may not start and ends its jobs when it is stopped", "[regress]") {
  size_t ended = 0;
  run_pool({task("a", patient, [] {}), task("b", patient, [] {}), task("c", patient, [] {})}, 2,
           {.ended = [&](size_t i, const job_row&) { ended += i + 1; },
            .may_start = [](size_t i) { return i != 1; }});
  CHECK(ended == 4);
  struct stop {};
  CHECK_THROWS_AS(run_pool({task("long", patient,
                                 [] {
                                   for (;;) pause();
                                 })},
                           1, {.ended = [](size_t, const job_row&) {}, .tick = [] { throw stop(); }}),
                  stop);
}

TEST_CASE("job_pool runs ten thousand jobs that do nothing within a minute", "[regress]") {
  std::vector<pool_task> tasks;
  for (int i = 0; i < 1000; ++i) tasks.push_back(task(std::to_string(i), patient, [] {}));
  const auto begin = std::chrono::steady_clock::now();
  rows_of(tasks, 2);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  CAPTURE(wall.count());
  CHECK(wall.count() < 6 * 5);  // a tenth of them; the factor is for a machine that is busy
}

TEST_CASE("job_pool a failure's numbers are no part of its bucket", "[regress]") {
  const job_row one = failed_row("a", "hang", "rtl: the machine hangs: cycle 812, at 0x12ff"),
                other = failed_row("b", "hang", "rtl: the machine hangs: cycle 95, at 0x7");
  CHECK(one.signature.message == "rtl: the machine hangs: cycle #, at #");
  CHECK(bucket_of(one.signature) == bucket_of(other.signature));
  CHECK(bucket_of(one.signature) != bucket_of(failed_row("c", "crash", one.message).signature));
}

}  // namespace scansim
