// Programs of conv1d, hadamard and rms_norm: load a chunk, one descriptor, store it.
#include <fmt/format.h>

#include "hls/units/conv1d_silu.h"
#include "host/program/base/program_builder.h"
#include "host/program/base/tile_order.h"
#include "host/program/base/unit_rows.h"
#include "host/program/compile/operator_programs.h"

namespace scansim {

namespace {

// x and y of one unit, chunk by chunk, with two places for x so that a chunk loads while the one before
// computes.
class unit_stream {
 public:
  // `extra`: words of the scratch that something else takes.
  unit_stream(program_builder& builder, int64_t channels, int64_t tokens, int x_bytes, int64_t extra)
      : builder_(builder), tiles_(tiles_of(channels, builder.word())) {
    const int64_t words = tiles_ * (2 * x_bytes + 1);
    chunk_ = builder.point().chunk_tokens;
    while (chunk_ > 1 && words * chunk_ + extra > builder.point().scratch_words) chunk_ /= 2;
    x = {channels, tokens, chunk_, x_bytes, 0};
    x.address = builder.take_memory(tensor_bytes(x, builder.word()));
    y = {channels, tokens, chunk_, 1, 0};
    y.address = builder.take_memory(tensor_bytes(y, builder.word()));
    for (int64_t& place : x_place_) place = builder.take_scratch(tiles_ * x_bytes * chunk_, "x");
    y_place_ = builder.take_scratch(tiles_ * chunk_, "y");
    builder.count_compulsory("x", static_cast<uint64_t>(channels * tokens * x_bytes));
    builder.count_compulsory("y", static_cast<uint64_t>(channels * tokens));
  }

  // run(chunk, tokens, region of x, region of y)
  template <class Run>
  void for_each_chunk(Run run) {
    const int64_t chunks = num_chunks(x);
    load(0);
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      const int64_t tokens = tokens_of_chunk(x, chunk);
      run(chunk, tokens, region(x_place_[chunk % 2], x.bytes * tokens), region(y_place_, tokens));
      if (chunk + 1 < chunks) load(chunk + 1);
      builder_.store("y", y_place_, chunk_address(y, chunk, builder_.word()), tiles_ * tokens);
    }
  }

  tiled_tensor x, y;

 private:
  static hls::scratch_region region(int64_t address, int64_t pitch) {
    return {static_cast<uint16_t>(address), static_cast<uint16_t>(pitch)};
  }
  void load(int64_t chunk) {
    builder_.load("x", chunk_address(x, chunk, builder_.word()), x_place_[chunk % 2],
                  tiles_ * x.bytes * tokens_of_chunk(x, chunk));
  }

  program_builder& builder_;
  int64_t tiles_, chunk_ = 0;
  int64_t x_place_[2] = {}, y_place_ = 0;
};

program finish(program_builder& builder, const tiled_tensor& y, bool by_token) {
  program p = builder.finish();
  p.outputs.push_back(tiled_output("y", y, by_token, builder.word()));
  return p;
}

}  // namespace

program make_conv1d_program(const conv1d_operands& conv, const design_point& point) {
  program_builder builder("conv1d", point);
  const int64_t word = builder.word(), tiles = checked_tiles(builder, "x", conv.channels);
  if (conv.width < 2 || conv.width > hls::max_conv_width)
    builder.refuse("w", fmt::format("2 to {} taps", hls::max_conv_width), fmt::format("{}", conv.width));
  unit_stream stream(builder, conv.channels, conv.length, 1, 3 * tiles);
  pack_tensor<int8_t>(stream.x, word, builder.image(),
                      [&](int64_t c, int64_t t) { return conv.x[static_cast<size_t>(c * conv.length + t)]; });
  const uint64_t addr_in = builder.take_memory(history_bytes(conv.channels, word));
  const uint64_t addr_out = builder.take_memory(history_bytes(conv.channels, word));
  const int64_t state = builder.take_scratch(3 * tiles, "state");
  const auto state_bytes = static_cast<uint64_t>(conv.channels * (conv.width - 1));
  const bool given = !conv.state.empty();
  if (given) {
    pack_history(conv.state, conv.channels, conv.width, word, builder.image().subspan(addr_in));
    builder.load("conv_state", addr_in, state, 3 * tiles);
  }
  builder.count_compulsory("conv_state", (given ? 2 : 1) * state_bytes);
  const auto channels = static_cast<uint64_t>(conv.channels);
  const int row = builder.add_rows(hls::parameter_target::conv, "conv",
                                   pack_conv_rows({conv.w, conv.width, conv.bias, conv.channel}, word));
  builder.count_compulsory("conv", channels * (static_cast<uint64_t>(conv.width) + 5));
  stream.for_each_chunk([&](int64_t chunk, int64_t tokens, hls::scratch_region x, hls::scratch_region y) {
    builder.append(hls::conv_descriptor{.fence = true,
                                        .has_state = given || chunk > 0,
                                        .store_state = true,
                                        .tokens = static_cast<uint16_t>(tokens),
                                        .tiles = static_cast<uint16_t>(tiles),
                                        .width = static_cast<uint8_t>(conv.width),
                                        .shift_out = static_cast<uint8_t>(conv.shift_out),
                                        .silu = conv.silu,
                                        .p_row = static_cast<uint16_t>(row),
                                        .x = x,
                                        .u = y,
                                        .s = static_cast<uint16_t>(state),
                                        .h = static_cast<uint16_t>(state)});
  });
  builder.store("conv_state", state, addr_out, 3 * tiles);
  program p = finish(builder, stream.y, false);
  p.outputs.push_back(history_output("state.conv", addr_out, conv.channels, conv.width, word));
  p.state_checksum_bytes = 1;
  return p;
}

program make_hadamard_program(const hadamard_operands& h, const design_point& point) {
  program_builder builder("hadamard", point);
  hls::hadamard_descriptor d =
      h.rotates ? make_hadamard(builder, h.m, h.log2, h.shift) : make_requantise(builder, h.size, h.shift);
  d.fence = true;
  unit_stream stream(builder, h.size, h.rows, 2, 0);
  pack_tensor<int16_t>(stream.x, builder.word(), builder.image(),
                       [&](int64_t c, int64_t t) { return h.x[static_cast<size_t>(t * h.size + c)]; });
  stream.for_each_chunk([&](int64_t, int64_t tokens, hls::scratch_region x, hls::scratch_region y) {
    d.tokens = static_cast<uint16_t>(tokens), d.x = x, d.y = y;
    builder.append(d);
  });
  return finish(builder, stream.y, true);
}

program make_rms_norm_program(const rms_norm_operands& norm, const design_point& point) {
  program_builder builder("rms_norm", point);
  hls::norm_descriptor d;
  d.fence = true, d.shift = static_cast<int8_t>(norm.shift), d.eps_sum = norm.eps_sum;
  d.tiles = static_cast<uint16_t>(checked_tiles(builder, "x", norm.size));
  unit_stream stream(builder, norm.size, norm.rows, 2, 0);
  pack_tensor<int16_t>(stream.x, builder.word(), builder.image(),
                       [&](int64_t c, int64_t t) { return norm.x[static_cast<size_t>(t * norm.size + c)]; });
  d.w_row = static_cast<uint16_t>(
      builder.add_rows(hls::parameter_target::norm, "norm", pack_norm_rows(norm.w, builder.word())));
  builder.count_compulsory("norm", 2 * norm.w.size());
  stream.for_each_chunk([&](int64_t, int64_t tokens, hls::scratch_region x, hls::scratch_region y) {
    d.tokens = static_cast<uint16_t>(tokens), d.x = x, d.y = y;
    builder.append(d);
  });
  return finish(builder, stream.y, true);
}

}  // namespace scansim
