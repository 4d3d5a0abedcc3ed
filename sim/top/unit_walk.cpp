#include "sim/top/unit_walk.h"

#include "sim/unit_jobs.h"

namespace scansim {
namespace {

void walk(const hls::transfer_descriptor& d, const machine_shape& shape, block_sink& sink) {
  unit_jobs::for_each_piece(d.words, [&](int done, int words) {
    const int address = d.scratch + done;
    const uint64_t dram = d.dram + static_cast<uint64_t>(done) * static_cast<uint64_t>(shape.axi_bytes);
    if (d.store) {
      sink.read(unit_jobs::run_of(scratch_target::store, static_cast<uint64_t>(address), words));
      sink.dma({.kind = job_kind::store, .address = dram, .beats = words});
    } else {
      sink.dma({.kind = job_kind::load, .address = dram, .beats = words, .drain = d.drain && done == 0});
      sink.write(unit_jobs::run_of(scratch_source::load, static_cast<uint64_t>(address), words));
    }
  });
}

void walk(const hls::params_descriptor& d, const machine_shape& shape, block_sink& sink) {
  const dma_job whole = {.kind = job_kind::params,
                         .address = d.dram,
                         .beats = d.beats,
                         .memory = static_cast<uint8_t>(d.memory),
                         .w4 = d.w4};
  if (d.memory != hls::parameter_target::index) {
    sink.dma(whole);
    return;
  }
  sink.command(d);
  unit_jobs::for_each_piece(d.beats, [&](int done, int beats) {
    dma_job piece = whole;
    piece.kind = job_kind::index;
    piece.address += static_cast<uint64_t>(done) * static_cast<uint64_t>(shape.axi_bytes);
    piece.beats = beats;
    sink.dma(piece);
  });
}

void walk(const hls::gemm_descriptor& d, const machine_shape&, block_sink& sink) {
  sink.command(d);
  if (d.load_x) sink.read(unit_jobs::gemm_x(d));
  if (static_cast<hls::gemm_epilogue_kind>(d.kind) == hls::gemm_epilogue_kind::residual)
    sink.read(unit_jobs::gemm_r(d));
  if (!d.to_z) sink.write(unit_jobs::gemm_y(d));
}

void walk(const hls::conv_descriptor& d, const machine_shape&, block_sink& sink) {
  sink.command(d);
  if (d.has_state) sink.read(unit_jobs::conv_states(d, scratch_target::conv_s, d.s));
  sink.read(unit_jobs::conv_x(d));
  sink.write(unit_jobs::conv_u(d));
  if (d.store_state) sink.write(unit_jobs::conv_states(d, scratch_source::conv_h, d.h));
}

void walk(const hls::norm_descriptor& d, const machine_shape&, block_sink& sink) {
  sink.command(d);
  sink.read(unit_jobs::wide_rows(scratch_target::norm_x, d.x, d.tiles, d.tokens));
  sink.write(unit_jobs::narrow_rows(scratch_source::norm, d.y, d.tiles, d.tokens));
}

void walk(const hls::hadamard_descriptor& d, const machine_shape&, block_sink& sink) {
  sink.command(d);
  sink.read(unit_jobs::wide_rows(scratch_target::hadamard_x, d.x, d.tiles, d.tokens));
  sink.write(unit_jobs::hadamard_y(d));
}

}  // namespace

void walk_unit_descriptor(const uint32_t (&words)[hls::descriptor_words], const machine_shape& shape,
                          block_sink& sink) {
  switch (static_cast<hls::unit_opcode>(map::opcode_of(words))) {
    case hls::unit_opcode::load:
    case hls::unit_opcode::store:
      return walk(hls::decode_transfer(words), shape, sink);
    case hls::unit_opcode::params:
      return walk(hls::decode_params(words), shape, sink);
    case hls::unit_opcode::gemm:
      return walk(hls::decode_gemm(words), shape, sink);
    case hls::unit_opcode::conv:
      return walk(hls::decode_conv(words), shape, sink);
    case hls::unit_opcode::norm:
      return walk(hls::decode_norm(words), shape, sink);
    case hls::unit_opcode::hadamard:
      return walk(hls::decode_hadamard(words), shape, sink);
    default:
      return;
  }
}

}  // namespace scansim
