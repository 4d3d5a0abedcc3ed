// ssm_scratch_queue against its contract: jobs in their order, a fence by whole numbers of jobs however far
// the other engine is ahead, addresses by their formula. The machine's tests never have one engine thousands
// of jobs ahead of the other.
#include <catch2/catch.hpp>
#include <deque>
#include <random>

#include "Vssm_scratch_queue.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {

struct queued_job {
  bool fence = false;
  uint32_t needed = 0;  // jobs of the other engine
  uint16_t base = 0;
  uint16_t counts[3] = {}, steps[3] = {};
};

struct queue_model {
  std::deque<queued_job> jobs;
  uint16_t at[3] = {};

  uint16_t address() const {
    const queued_job& job = jobs.front();
    int sum = job.base;
    for (int axis = 0; axis < 3; ++axis) sum += at[axis] * job.steps[axis];
    return static_cast<uint16_t>(sum);
  }
  bool first() const { return at[0] == 0 && at[1] == 0 && at[2] == 0; }
  bool last() const {
    for (int axis = 0; axis < 3; ++axis)
      if (at[axis] + 1 != jobs.front().counts[axis]) return false;
    return true;
  }
  void advance() {
    for (int axis = 0; axis < 3; ++axis) {
      if (++at[axis] < jobs.front().counts[axis]) return;
      at[axis] = 0;
    }
    jobs.pop_front();
  }
};

// The fields of ssm_pkg::scratch_job_t from its low end: s2, n2, s1, n1, s0, n0, base, scatter, mode, port;
// count; fence.
template <class Port>
void set_job(Port& port, const queued_job& job) {
  for (int axis = 0; axis < 3; ++axis) port[2 - axis] = uint32_t{job.counts[axis]} << 16 | job.steps[axis];
  port[3] = (job.needed & 0xff) << 24 | job.base;
  port[4] = job.fence;
}

queued_job drawn_job(std::mt19937& random, uint32_t done) {
  queued_job job;
  job.fence = random() % 4 != 0;
  job.needed = done + static_cast<uint32_t>(random() % 8) - 2 * static_cast<uint32_t>(random() % 4);
  job.base = static_cast<uint16_t>(random());
  for (int axis = 0; axis < 3; ++axis) {
    job.counts[axis] = static_cast<uint16_t>(1 + random() % 3);
    job.steps[axis] = static_cast<uint16_t>(random());
  }
  return job;
}

}  // namespace

TEST_CASE("scratch_queue rtl keeps order, fences and addresses however far the other engine is ahead",
          "[block][rtl]") {
  const unsigned seed = 7013;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Vssm_scratch_queue dut;
  dut.rst_ni = 0;
  test::tick(dut);
  dut.rst_ni = 1;
  queue_model model;
  uint32_t done = 0xfff00000;  // it wraps
  int waited = 0, far_ahead = 0;
  for (int cycle = 0; cycle < 60000; ++cycle) {
    if (random() % 4 == 0) ++done;
    // The other engine goes far on while a job waits here that it has served.
    const bool served = !model.jobs.empty() && static_cast<int32_t>(done - model.jobs.front().needed) >= 0;
    if (model.jobs.size() == 1 && served && random() % 8 == 0) done += 1u << random() % 30;
    dut.others_done_i = done;
    dut.push_i = dut.advance_i = dut.pop_i = 0;
    dut.eval();
    REQUIRE(dut.valid_o == !model.jobs.empty());
    bool advance = false;
    if (dut.valid_o) {
      const queued_job& job = model.jobs.front();
      const auto ahead = static_cast<int32_t>(done - job.needed);
      const bool holds = !model.first() || !job.fence || ahead >= 0;
      waited += !holds;
      far_ahead += model.first() && job.fence && ahead >= 1 << 15;
      REQUIRE(dut.fence_ok_o == holds);
      REQUIRE(dut.address_o == model.address());
      REQUIRE(dut.index_o == model.at[0]);
      REQUIRE(dut.last_o == model.last());
      advance = holds && random() % 2 == 0;
    }
    const bool push = dut.ready_o && random() % 32 == 0;
    const queued_job job = drawn_job(random, done);
    set_job(dut.job_i, job);
    dut.push_i = push;
    dut.advance_i = advance;
    dut.pop_i = advance && model.last();
    test::tick(dut);
    if (advance) model.advance();
    if (push) model.jobs.push_back(job);
  }
  CHECK(waited > 100);
  CHECK(far_ahead > 100);
}
