// units: cycles of sim/PROGRAM.md, sections 4 and 5, counted by hand. An item of the script is pushed
// in cycle 0, 1, ... and is visible one cycle later.
#include "tests/sim/top/units_values.h"

namespace scansim::test {
namespace {

using hls::parameter_target;

byte_vector filled(int words, uint8_t value = 1) {
  return byte_vector(static_cast<size_t>(words * word), value);
}
scratch_job run_of(int address, int words, scratch_mode mode = scratch_mode::single) {
  return {.mode = mode, .base = static_cast<uint16_t>(address), .n0 = words, .s0 = 1};
}
// Dense, one tile, 4 values of k.
hls::gemm_descriptor one_beat(uint16_t tokens, bool release_x) {
  hls::gemm_descriptor d;
  d.load_x = true;
  d.release_x = release_x;
  d.tokens = d.x_tokens = tokens;
  d.tiles = d.beats = d.k_words = 1;
  d.n = 4;
  return d;
}
cycle_t done(const stream_trace& trace, size_t tile = 0) { return trace.outputs.at(0).seen.at(tile); }

void check_stalls(const stream_trace& trace, const std::string& block, std::array<uint64_t, 4> expected) {
  CAPTURE(block);
  CHECK(counter(trace, block + ".busy") == expected[0]);
  CHECK(counter(trace, block + ".wait_in") == expected[1]);
  CHECK(counter(trace, block + ".wait_out") == expected[2]);
  CHECK(counter(trace, block + ".idle") == expected[3]);
}

}  // namespace

TEST_CASE("units systemc fences: a read waits for landings, a load for the reads before it",
          "[block][systemc]") {
  const stream_trace trace = forked_trace([] {
    units_bench bench(tiny_point());
    bench.load(5, filled(2), 10);  // 0: handshakes 10, 11; steps 11, 12; landings 12, 13
    bench.store(5, 2);             // 1: issues 14, 15, behind the landing in 13; done 17
    bench.load(5, filled(2));      // 2: handshakes 12, 13; steps 16, 17, behind the issue in 15
    bench.store(5, 2);             // 3: issues 19, 20; done 22
    return bench.run();
  });
  CHECK(done(trace, 0) == 17);
  CHECK(done(trace, 1) == 22);
  CHECK(trace.cycles == 21);
  check_stalls(trace, "scratch_write", {4, 10 + 3, 0, 1 + 3});
  check_stalls(trace, "scratch_read", {4, 12 + 3, 0, 2});
  CHECK(counter(trace, "scratch_read.scratch_read_bits") == 4 * 8 * word);
  CHECK(counter(trace, "scratch_write.scratch_write_bits") == 4 * 8 * word);
}

TEST_CASE("units systemc: a store job waits for a free tile, two of them are in flight", "[block][systemc]") {
  const stream_trace trace = forked_trace([] {
    units_bench bench(tiny_point());
    bench.store(0, 1, false);  // 0: issue 1, done 3, free from 7
    bench.store(0, 1, false);  // 1: issue 2, done 4
    bench.store(0, 1, false);  // 2: visible 3, issue 7, done 9
    return bench.run();
  });
  CHECK(trace.outputs.at(0).seen == std::vector<cycle_t>{3, 4, 9});
  check_stalls(trace, "scratch_read", {3, 0, 4, 1});
}

TEST_CASE("units systemc gemm: read 2, feed 2, unit 12, step and landing 1, then the fence",
          "[block][systemc]") {
  const auto run = [](cycle_t list_from) {
    return forked_trace([list_from] {
      units_bench bench(tiny_point());
      bench.parameters(parameter_target::weights, filled(4), 1);
      bench.parameters(parameter_target::shifts, filled(1, 0), 1);
      bench.parameters(parameter_target::scatter, {3}, 1, list_from);
      bench.command(bench.channels.gemm, one_beat(1, true));  // 0
      // 1: issue 2, x readable 4, feed 4, gemm 6, y visible 18, step 18, landing 19
      bench.read(scratch_target::gemm_x, run_of(0, 1));
      scratch_job out = run_of(8, 1);
      out.scatter = list_from > 0;
      bench.write(scratch_source::gemm, out);  // 2
      bench.store(8, 4);                       // 3: issues 20..23
      return bench.run();
    });
  };
  const stream_trace trace = run(0);
  CHECK(done(trace) == 25);
  check_stalls(trace, "gemm_nm", {1, 0, 0, trace.cycles - 1ull});
  check_stalls(trace, "scratch_write", {1, 15, 0, trace.cycles - 16ull});
  // An entry of the scatter list that comes in cycle 40 is waited for.
  CHECK(done(run(40)) == 47);
}

TEST_CASE("units systemc conv: unit 10 behind the feed's row and the word of x", "[block][systemc]") {
  const auto run = [](cycle_t row_from) {
    return forked_trace([row_from] {
      units_bench bench(tiny_point());
      bench.parameters(parameter_target::conv, filled(16), 1, row_from);
      bench.command(conv_command{1, 1, 2, 0, false, false, false}, parameter_rows{0, 1});  // 0
      bench.read(scratch_target::conv_x, run_of(0, 1));   // 1: issue 2, conv 4, u visible 14
      bench.write(scratch_source::conv_u, run_of(8, 1));  // 2: step 14, landing 15
      bench.store(8, 1);                                  // 3: issue 16
      return bench.run();
    });
  };
  CHECK(done(run(0)) == 18);
  CHECK(done(run(30)) == 18 + 28);  // feed 30, conv 32
}

TEST_CASE("units systemc norm and hadamard: two entries give a word one cycle after the second",
          "[block][systemc]") {
  const stream_trace norm = forked_trace([] {
    units_bench bench(tiny_point());
    bench.parameters(parameter_target::norm, filled(2), 2);
    bench.command(norm_command{.rows = 1, .beats = 2, .eps_sum = 1, .shift = 0}, parameter_rows{0, 2});  // 0
    // 1: issues 2, 3; accepts 4, 5; r visible 15; scales 15, 16; y visible 20, 21
    bench.read(scratch_target::norm_x, run_of(0, 2));
    bench.write(scratch_source::norm, run_of(8, 1, scratch_mode::pair));  // 2: steps 20, 21; landing 22
    bench.store(8, 1);                                                    // 3: issue 23
    return bench.run();
  });
  CHECK(done(norm) == 25);
  check_stalls(norm, "scratch_write", {2, 17, 0, norm.cycles - 19ull});
  CHECK(counter(norm, "scratch_write.scratch_write_bits") == 8 * word);

  const stream_trace hadamard = forked_trace([] {
    units_bench bench(tiny_point());
    bench.command(
        bench.channels.hadamard,
        hadamard_command{.rows = 1, .m = 1, .log2_beats = 1, .shift = 0, .bits = 16, .pass = false});  // 0
    // 1: issues 2, 3; steps of the unit 4, 5; y visible 5 + 4 + 3 + 5 = 17, 18
    bench.read(scratch_target::hadamard_x, run_of(0, 2));
    bench.write(scratch_source::hadamard, run_of(8, 2));  // 2: steps 17, 18; landing 19
    bench.store(8, 2);                                    // 3: issues 20, 21
    return bench.run();
  });
  CHECK(done(hadamard) == 23);
}

TEST_CASE("units systemc buffers: handshake at issue + 1, half words when the second is read",
          "[block][systemc]") {
  const stream_trace trace = forked_trace([] {
    units_bench bench(tiny_point());
    bench.read(scratch_target::u, run_of(0, 2));                           // 0: issues 1, 2; readable 3, 4
    bench.read(scratch_target::b, run_of(0, 3, scratch_mode::half_low));   // 1: issues 3, 4, 5; 6, 7
    bench.read(scratch_target::c, run_of(0, 3, scratch_mode::half_high));  // 2: issues 6, 7, 8; 9, 10
    bench.scan = [&bench] {
      for (operand_buffer* buffer : {&bench.u, &bench.b, &bench.c}) {
        const operand_slot& slot = buffer->open();
        for (int64_t end : {word, 2 * word}) bench.note(slot.readable(end));
        bench.note(slot.readable(2 * word));
      }
    };
    return bench.run();
  });
  CHECK(trace.pushes.at(0) == std::vector<cycle_t>{3, 4, 4, 6, 7, 7, 9, 10, 10});
  CHECK(trace.cycles == 9);
}

TEST_CASE("units systemc index_load: take, emit, unrank 9, row two cycles behind its last beat",
          "[block][systemc]") {
  const stream_trace trace = forked_trace([] {
    units_bench bench(tiny_point());
    // 6 rank beats of 3 granules: 18 granules, 3 beats. takes 1, 4, 7; emits 2, 3, 5, 6, 8, 9
    bench.command(bench.channels.index, hls::params_descriptor{.memory = parameter_target::index,
                                                               .n = 2,
                                                               .log2_m = 0,
                                                               .log2_groups = 1,
                                                               .index_bits = 3,
                                                               .rows = 3});
    bench.index_bits(filled(3));
    bench.scan = [&bench] {
      for (int row : {0, 1, 2}) bench.note(bench.channels.memory(parameter_target::index).row_time(row));
      bench.note(bench.channels.commands_left());
    };
    return bench.run(20);
  });
  // Beats are visible to index_unrank at emit + 1, out of it 9 later, taken at once: emit + 10; rows at emit
  // + 12.
  CHECK(trace.pushes.at(0) == std::vector<cycle_t>{15, 18, 21, 10});
  CHECK(counter(trace, "index_unrank.busy") == 6);
}

TEST_CASE("units systemc z buffer: handshake one cycle after the step, and a place for the slot",
          "[block][systemc]") {
  const stream_trace trace = forked_trace([] {
    design_point point = tiny_point();
    point.tile_buffers = 2;
    units_bench bench(point);
    bench.parameters(parameter_target::weights, filled(4), 1);
    bench.parameters(parameter_target::shifts, filled(1, 0), 1);
    bench.command(bench.channels.gemm, one_beat(3, false));  // 0
    // 1: issues 2, 3, 4; feeds 4, 5, 6; gemm 6, 7, 8; y visible 18, 19, 20
    bench.read(scratch_target::gemm_x, run_of(0, 3));
    for (int tile = 0; tile < 3; ++tile) bench.write(scratch_source::gemm_z, run_of(0, 1));  // 2, 3, 4
    bench.scan = [&bench] {
      for (cycle_t release : {100, 101, 102}) {
        bench.note(bench.z.open().readable(word));
        bench.z.release(release);
      }
    };
    return bench.run();
  });
  // Steps 18 and 19, the third behind the release in 100.
  CHECK(trace.pushes.at(0) == std::vector<cycle_t>{20, 21, 103});
  check_stalls(trace, "scratch_write", {3, 15, 81, 3});
  CHECK(counter(trace, "scratch_write.z_write_bits") == 3 * 8 * word);
  CHECK(counter(trace, "scratch_write.scratch_write_bits") == 0);
}

}  // namespace scansim::test
