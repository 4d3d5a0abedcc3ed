#include "traces/calls/scan_sets_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace scansim {

const char* const every_weight = "delta A B C D delta_bias";
const char* const both_sets = "raster; raster reverse";
const char* const cross_sets = "raster; transpose; raster reverse; transpose reverse";
const char* const snakes_sets =
    "snake_rows/raster/snake_rows; snake_columns/raster/snake_columns; "
    "reverse:snake_rows/raster/reverse:snake_rows; reverse:snake_columns/raster/reverse:snake_columns";
const char* const joined_sets = "joined:[reverse:raster,transpose,reverse:transpose]";
const char* const atrous_sets = "atrous:2:0:0; atrous:2:1:0:transpose; atrous:2:0:1; atrous:2:1:1:transpose";

namespace {

constexpr const char* vim_source =
    "hustvl/Vim, bimamba v2: z gates inside each direction, weights of its own each";
constexpr const char* vmamba_source =
    "MzeroMiko/VMamba tiny (s1l8): cross-scan, four weight sets, no z; d_state 1";
constexpr const char* plain_source =
    "ChenhongyiYang/PlainMamba: u along four snakes, dt, B, C in raster order; B of each direction with "
    "its "
    "own offset, all other weights shared";
constexpr const char* group_source =
    "Amshaker/GroupMamba tiny: one direction for each quarter of the channels; d_state 1, expand 1";
constexpr const char* mhs_source =
    "released code of MHS-VM: one family of routes a head, the outputs of its four routes kept apart; head "
    "width reconstructed";

void add_list(scan_sets_call& call, std::vector<int64_t> list) {
  call.take_lists(call.lists.size() + 1, call.parents.size());
  call.list_sizes.back() = static_cast<int64_t>(list.size());
  call.lists.back() = std::move(list);
}

void set_tags(scan_set& set, std::vector<int64_t> tags) {
  set.tagged = static_cast<int64_t>(tags.size());
  set.tags = std::move(tags);
}

std::vector<int64_t> random_order(int64_t count, random_stream& stream) {
  std::vector<double> keys(static_cast<size_t>(count));
  for (double& key : keys) key = stream.uniform();
  std::vector<int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t one, int64_t other) {
    return keys[static_cast<size_t>(one)] < keys[static_cast<size_t>(other)];
  });
  return order;
}

// The order of scores, of degrees: what argsort gives.
void sorted_order(scan_sets_call& call, random_stream& stream) {
  add_list(call, random_order(call.length, stream));
}

// The vertical outputs of two interleaved frames as the released code puts them back: each half of the still
// interleaved sequence as a transposed frame, then de-interleaved.
void halves_transposed(scan_sets_call& call, random_stream&) {
  const int64_t h = call.height, w = call.width, frame = h * w, frames = call.length / frame;
  std::vector<int64_t> rows;
  for (int64_t t = 0; t < call.length; ++t) {
    const int64_t within = t % frame, at = t / frame * frame + within % h * w + within / h;
    rows.push_back(at % frames * frame + at / frames);
  }
  add_list(call, std::move(rows));
}

// Sequences of 10 to 20 tokens one behind the other, forward from their first token, backward from their
// last.
void ragged_batch(scan_sets_call& call, random_stream& stream) {
  std::vector<int64_t> first(static_cast<size_t>(call.length)), last(first.size());
  for (size_t t = 0; t < first.size();) {
    const auto length = std::min(first.size() - t, static_cast<size_t>(10 + 11 * stream.uniform()));
    first[t] = last[t + length - 1] = tag_reset;
    t += length;
  }
  set_tags(call.sets[0], std::move(first)), set_tags(call.sets[1], std::move(last));
}

// The backward half of the channels forgets at every token behind the prefix.
void prefix_backward(scan_sets_call& call, random_stream&) {
  std::vector<int64_t> tags(static_cast<size_t>(call.length));
  std::fill(tags.begin() + call.length / 2, tags.end(), tag_reset);
  set_tags(call.sets[1], std::move(tags));
}

// A fifth of the tokens pruned: there the state of the last kept token stays.
void pruned_tokens(scan_sets_call& call, random_stream& stream) {
  std::vector<int64_t> tags(static_cast<size_t>(call.length));
  const std::vector<int64_t> order = random_order(call.length, stream);
  for (size_t i = 0; i < order.size() / 5; ++i) tags[static_cast<size_t>(order[i])] = tag_hold | tag_mute;
  for (scan_set& set : call.sets) set_tags(set, tags);
}

}  // namespace

const std::vector<sets_shape>& sets_shape_table() {
  static const std::vector<sets_shape> table = {
      {"vim-ti.both", 384, 16, 1, 197, 1, 1, both_sets, every_weight, 2, true, nullptr, vim_source},
      {"vim-s.both", 768, 16, 1, 197, 1, 1, both_sets, every_weight, 2, true, nullptr, vim_source},
      {"vim-ti-1248.both", 384, 16, 1, 6085, 1, 1, both_sets, every_weight, 2, true, nullptr, vim_source},
      {"ssamba-base.both", 1536, 16, 1, 513, 1, 1, both_sets, every_weight, 2, true, nullptr,
       "SiavashShams/ssamba base: 128x1024 spectrogram, 512 patches, one class token; as Vim"},
      {"vmamba-t.s1", 96, 1, 56, 56, 1, 1, cross_sets, every_weight, 4, false, nullptr, vmamba_source},
      {"vmamba-t.s2", 192, 1, 28, 28, 1, 1, cross_sets, every_weight, 4, false, nullptr, vmamba_source},
      {"vmamba-t.s3", 384, 1, 14, 14, 1, 1, cross_sets, every_weight, 4, false, nullptr, vmamba_source},
      {"vmamba-t.s4", 768, 1, 7, 7, 1, 1, cross_sets, every_weight, 4, false, nullptr, vmamba_source},
      {"msvm-unet.s1", 192, 1, 56, 56, 1, 1, cross_sets, every_weight, 4, false, nullptr,
       "gndlwch2w/MSVM-UNet: cross-scan as VMamba, no z; width of the first stage"},
      {"plainmamba-l1.cross", 384, 16, 14, 14, 1, 1, snakes_sets, "B", 4, true, nullptr, plain_source},
      {"plainmamba-l2.cross", 768, 16, 14, 14, 1, 1, snakes_sets, "B", 4, true, nullptr, plain_source},
      {"plainmamba-l3.cross", 896, 16, 14, 14, 1, 1, snakes_sets, "B", 4, true, nullptr, plain_source},
      {"fscil.cross", 1024, 256, 7, 7, 1, 1, cross_sets, every_weight, 4, true, nullptr,
       "xiaojieli0903/Mamba-FSCIL: last feature map 7x7, d_state 256, four directions"},
      {"lbvim-ti", 384, 16, 1, 197, 1, 1, "raster; raster reverse segment=8 tap=pre", "D", 1, true, nullptr,
       "released code of LBMamba: forward scan plus a local backward scan in tiles of 8 tokens (L <= 256), "
       "without "
       "its own input; one weight set"},
      {"groupmamba-t.s1", 64, 1, 56, 56, 1, 1,
       "raster channels=0+16; transpose channels=16+16; raster reverse channels=32+16; transpose reverse "
       "channels=48+16",
       every_weight, 4, true, nullptr, group_source},
      {"groupmamba-t.s2", 128, 1, 28, 28, 1, 1,
       "raster channels=0+32; transpose channels=32+32; raster reverse channels=64+32; transpose reverse "
       "channels=96+32",
       every_weight, 4, true, nullptr, group_source},
      {"groupmamba-t.s3", 348, 1, 14, 14, 1, 1,
       "raster channels=0+87; transpose channels=87+87; raster reverse channels=174+87; transpose reverse "
       "channels=261+87",
       every_weight, 4, true, nullptr, group_source},
      {"groupmamba-t.s4", 448, 1, 7, 7, 1, 1,
       "raster channels=0+112; transpose channels=112+112; raster reverse channels=224+112; transpose "
       "reverse channels=336+112",
       every_weight, 4, true, nullptr, group_source},
      {"msvmamba-t.s1.joined", 192, 1, 28, 28, 1, 1, joined_sets, every_weight, 1, false, nullptr,
       "YuHengsss/MSVMamba tiny: three directions of the half-resolution branch as one sequence, the state "
       "carried across the joins"},
      {"evmamba-s.s1", 192, 16, 56, 56, 1, 1, atrous_sets, every_weight, 4, false, nullptr,
       "TerryPei/EfficientVMamba small: skip-sampling with step 2, rows and columns, four weight sets"},
      {"mhs-vm.snake", 64, 16, 16, 16, 1, 4,
       "snake_rows/snake_rows/frame:0:snake_rows; snake_columns/snake_columns/frame:1:snake_columns; "
       "snake_rows/snake_rows/frame:2:snake_rows reverse; "
       "snake_columns/snake_columns/frame:3:snake_columns reverse",
       every_weight, 4, true, nullptr, mhs_source},
      {"mhs-vm.diagonal", 64, 16, 16, 16, 1, 4,
       "diagonal/diagonal/frame:0:diagonal; "
       "left_right:diagonal/left_right:diagonal/frame:1:left_right:diagonal; "
       "diagonal/diagonal/frame:2:diagonal reverse; "
       "left_right:diagonal/left_right:diagonal/frame:3:left_right:diagonal reverse",
       every_weight, 4, true, nullptr, mhs_source},
      {"mhs-vm.spiral", 64, 16, 16, 16, 1, 4,
       "spiral/spiral/frame:0:spiral; top_bottom:spiral/top_bottom:spiral/frame:1:top_bottom:spiral; "
       "spiral/spiral/frame:2:spiral reverse; "
       "top_bottom:spiral/top_bottom:spiral/frame:3:top_bottom:spiral reverse",
       every_weight, 4, true, nullptr, mhs_source},
      {"vfimamba-s", 128, 16, 28, 28, 2, 2,
       "interleave:2; interleave:2:transpose/interleave:2:transpose/list:0; interleave:2 reverse; "
       "interleave:2:transpose/interleave:2:transpose/list:0 reverse",
       every_weight, 4, true, halves_transposed,
       "MCG-NJU/VFIMamba small: two interleaved frames, four routes; vertical outputs put back by halves of "
       "the interleaved sequence as the released code does; feature map 28x28 chosen here"},
      {"gmn.local", 128, 16, 1, 640, 1, 1, both_sets, every_weight, 2, true, ragged_batch,
       "Graph Mamba, reconstructed from the paper: ragged token sequences of the nodes, both directions"},
      {"gmn.global", 128, 16, 1, 640, 1, 1, "list:0; list:0 reverse", every_weight, 2, true, sorted_order,
       "Graph Mamba, reconstructed from the paper: nodes by degree, both directions"},
      {"birdie", 1024, 16, 1, 2048, 1, 1, "raster channels=0+512; raster reverse channels=512+512",
       every_weight, 2, false, prefix_backward,
       "Birdie, reconstructed from the paper: half of the channels backward within the prefix, its suffix "
       "without memory"},
      {"topvim-s", 768, 16, 1, 197, 1, 1, both_sets, every_weight, 2, true, pruned_tokens,
       "ToP-ViM on Vim-S: pruned tokens hold the state of the last kept one; which are pruned is drawn here"},
      {"broad-mamba", 256, 16, 1, 64, 1, 1, both_sets, every_weight, 2, false, nullptr,
       "Broad Mamba, reconstructed from the abstract: a dialogue of 64 utterances in both directions"},
      {"look-both", 1536, 16, 1, 512, 1, 1, both_sets, every_weight, 2, true, nullptr,
       "Do Not (Always) Look Right, its scan analogue, reconstructed: a layer without the causal mask"},
      {"token-dynamics", 160, 8, 14, 14, 1, 1, "list:0/list:0/raster", every_weight, 1, false, sorted_order,
       "MambaVision mixer of Demystifying Token Dynamics: tokens in the order of their scores, not put back; "
       "scores drawn here"},
  };
  return table;
}

std::string sets_shapes_page() {
  std::string text = "| name | D | N | L | sets | source |\n|---|---|---|---|---|---|\n";
  for (const sets_shape& s : sets_shape_table()) {
    std::string rows = s.height == 1 ? fmt::format("{}", s.width) : fmt::format("{} × {}", s.height, s.width);
    if (s.frames > 1) rows = fmt::format("{} × {}", s.frames, rows);
    const std::string source = s.source;
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", s.name, s.channels, s.states, rows,
                        parse_sets(s.sets, "page", "sets").size(), source.substr(0, source.find(':')));
  }
  return text;
}

const sets_shape* find_sets_shape(const std::string& name) {
  for (const sets_shape& shape : sets_shape_table())
    if (name == shape.name) return &shape;
  return nullptr;
}

}  // namespace scansim
