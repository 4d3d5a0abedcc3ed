#include "sim/top/block_walk.h"

#include <algorithm>

#include "sim/block_check.h"
#include "sim/top/block_channels.h"

namespace scansim {
namespace {

constexpr uint8_t port(scratch_target target) { return static_cast<uint8_t>(target); }
constexpr uint8_t port(scratch_source source) { return static_cast<uint8_t>(source); }

scratch_mode mode_of_words(int words) {
  return words == 4 ? scratch_mode::quad : words == 2 ? scratch_mode::double_ : scratch_mode::single;
}

// (tile, token) of a region, tiles outer.
scratch_job by_tile(uint8_t port, scratch_mode mode, const hls::scratch_region& region, int words_of_tile,
                    int tiles) {
  scratch_job job = linear_job(port, region.address, words_of_tile);
  job.mode = mode;
  job.n1 = tiles, job.s1 = region.pitch;
  return job;
}

// Rows of a token of 16-bit values: tokens outer, two words per tile.
scratch_job by_token_wide(uint8_t port, const hls::scratch_region& region, int tiles, int tokens) {
  scratch_job job = linear_job(port, region.address, 2);
  job.n1 = tiles, job.s1 = region.pitch;
  job.n2 = tokens, job.s2 = 2;
  return job;
}

// Rows of a token of 8-bit values, tokens outer, forward or backward.
scratch_job by_token(uint8_t port, scratch_mode mode, const hls::scratch_region& region, int tiles,
                     int tokens, bool reverse) {
  scratch_job job;
  job.port = port, job.mode = mode;
  job.base = static_cast<uint16_t>(region.address + (reverse ? tokens - 1 : 0));
  job.n0 = tiles, job.s0 = region.pitch;
  job.n1 = tokens, job.s1 = reverse ? -1 : 1;
  return job;
}

template <class Piece>
void for_each_piece(int words, Piece piece) {
  for (int done = 0; done < words; done += piece_words) piece(done, std::min(piece_words, words - done));
}

void walk(const hls::transfer_descriptor& d, const machine_shape& shape, block_sink& sink) {
  for_each_piece(d.words, [&](int done, int words) {
    const auto address = static_cast<uint64_t>(d.scratch + done);
    const uint64_t dram = d.dram + static_cast<uint64_t>(done) * static_cast<uint64_t>(shape.axi_bytes);
    if (d.store) {
      sink.read(linear_job(port(scratch_target::store), address, words));
      sink.dma({.kind = job_kind::store, .address = dram, .beats = words});
    } else {
      sink.dma({.kind = job_kind::load, .address = dram, .beats = words, .drain = d.drain && done == 0});
      sink.write(linear_job(port(scratch_source::load), address, words));
    }
  });
}

void walk(const hls::params_descriptor& d, const machine_shape& shape, block_sink& sink) {
  const dma_job whole = {.kind = job_kind::params,
                         .address = d.dram,
                         .beats = d.beats,
                         .memory = static_cast<uint8_t>(d.memory)};
  if (d.memory != hls::parameter_target::index) {
    sink.dma(whole);
    return;
  }
  sink.command(d);
  for_each_piece(d.beats, [&](int done, int beats) {
    dma_job piece = whole;
    piece.kind = job_kind::index;
    piece.address += static_cast<uint64_t>(done) * static_cast<uint64_t>(shape.axi_bytes);
    piece.beats = beats;
    sink.dma(piece);
  });
}

void walk(const hls::gemm_descriptor& d, const machine_shape&, block_sink& sink) {
  const int words = gemm_row_words(d);
  sink.command(d);
  if (d.load_x)
    sink.read(by_tile(port(scratch_target::gemm_x), scratch_mode::single, d.x, d.x_tokens, d.k_words));
  if (static_cast<hls::gemm_epilogue_kind>(d.kind) == hls::gemm_epilogue_kind::residual)
    sink.read(by_tile(port(scratch_target::gemm_r), scratch_mode::double_, d.r, 2 * d.tokens, d.tiles));
  if (d.to_z) return;
  scratch_job y = by_tile(port(scratch_source::gemm), mode_of_words(words), d.y, words * d.tokens, d.tiles);
  y.scatter = d.scatter;
  sink.write(y);
}

void walk(const hls::conv_descriptor& d, const machine_shape&, block_sink& sink) {
  const auto state = [&](uint8_t port, uint16_t address) {
    scratch_job job = linear_job(port, address, 3 * d.tiles);
    job.mode = scratch_mode::triple;
    return job;
  };
  sink.command(d);
  if (d.has_state) sink.read(state(port(scratch_target::conv_s), d.s));
  sink.read(by_token(port(scratch_target::conv_x), scratch_mode::single, d.x, d.tiles, d.tokens, d.reverse));
  sink.write(by_token(port(scratch_source::conv_u), scratch_mode::single, d.u, d.tiles, d.tokens, d.reverse));
  if (d.store_state) sink.write(state(port(scratch_source::conv_h), d.h));
}

void walk(const hls::norm_descriptor& d, const machine_shape&, block_sink& sink) {
  sink.command(d);
  sink.read(by_token_wide(port(scratch_target::norm_x), d.x, d.tiles, d.tokens));
  sink.write(by_token(port(scratch_source::norm), scratch_mode::pair, d.y, d.tiles, d.tokens, false));
}

void walk(const hls::hadamard_descriptor& d, const machine_shape&, block_sink& sink) {
  sink.command(d);
  sink.read(by_token_wide(port(scratch_target::hadamard_x), d.x, d.tiles, d.tokens));
  if (d.wide)
    sink.write(by_token_wide(port(scratch_source::hadamard), d.y, d.tiles, d.tokens));
  else
    sink.write(by_token(port(scratch_source::hadamard), scratch_mode::pair, d.y, d.tiles, d.tokens, false));
}

}  // namespace

scratch_job linear_job(uint8_t port, uint64_t address, int words) {
  scratch_job job;
  job.port = port;
  job.base = static_cast<uint16_t>(address);
  job.n0 = words, job.s0 = 1;
  return job;
}

void walk_block_descriptor(const uint32_t (&words)[hls::descriptor_words], const machine_shape& shape,
                           block_sink& sink) {
  switch (static_cast<hls::block_opcode>(words[0] & 0xffu)) {
    case hls::block_opcode::load:
    case hls::block_opcode::store:
      return walk(hls::decode_transfer(words), shape, sink);
    case hls::block_opcode::params:
      return walk(hls::decode_params(words), shape, sink);
    case hls::block_opcode::gemm:
      return walk(hls::decode_gemm(words), shape, sink);
    case hls::block_opcode::conv:
      return walk(hls::decode_conv(words), shape, sink);
    case hls::block_opcode::norm:
      return walk(hls::decode_norm(words), shape, sink);
    case hls::block_opcode::hadamard:
      return walk(hls::decode_hadamard(words), shape, sink);
    default:
      return;
  }
}

}  // namespace scansim
