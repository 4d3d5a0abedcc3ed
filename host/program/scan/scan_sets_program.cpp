#include "host/program/scan/scan_sets_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hls/scan/add_output.h"
#include "host/program/scan/fused_sets_program.h"
#include "host/program/scan/pack_scan.h"
#include "host/program/scan/scan_outputs.h"
#include "host/program/scan/scan_sets_traffic.h"
#include "host/program/scan/scan_traffic.h"
#include "host/quantise/make_shifts.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

using layout_ptr = std::shared_ptr<const scan_layout>;

// Where the values of a piece's y go.
struct added_piece {
  std::shared_ptr<const output_order> values;  // (batch, channels, positions)
  int64_t first_channel = 0, channels = 0;
  std::vector<scan_step> steps;
};

class added_order : public output_order {
 public:
  added_order(std::vector<added_piece> pieces, int64_t batch, int64_t channels, int64_t rows, int bits)
      : pieces_(std::move(pieces)), batch_(batch), channels_(channels), rows_(rows), bits_(bits) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    std::vector<int32_t> y(static_cast<size_t>(batch_ * channels_ * rows_));
    for (const added_piece& piece : pieces_) add(piece, piece.values->read(memory), y);
    return y;
  }

 private:
  void add(const added_piece& piece, const std::vector<int32_t>& values, std::vector<int32_t>& y) const {
    auto value = values.begin();
    for (int64_t batch = 0; batch < batch_; ++batch)
      for (int64_t i = 0; i < piece.channels; ++i) {
        const auto line = y.begin() + (batch * channels_ + piece.first_channel + i) * rows_;
        for (const scan_step& step : piece.steps) {
          if (step.out >= 0) line[step.out] = hls::add_output(line[step.out], *value, bits_);
          ++value;
        }
      }
  }

  std::vector<added_piece> pieces_;
  int64_t batch_, channels_, rows_;
  int bits_;
};

// A piece in the image.
struct placed_piece {
  quantised_scan scan;
  scan_layout layout;
  bool new_run = false, loads_params = true;
  bool stores_state = false;  // somebody reads it
};

class sets_builder {
 public:
  sets_builder(const quantised_scan_sets& sets, const design_point& point)
      : sets_(sets), point_(point), memory_(point.region_skew_pages) {}

  // Layouts first: what a piece shares with those before is known then.
  void place(size_t k) {
    const quantised_set& set = sets_.sets[k];
    const size_t first = pieces_.size();
    for (size_t i = 0; i < set.pieces.size(); ++i) {
      const plain_piece& plain = set.pieces[i];
      placed_piece piece{set.piece(i, sets_.output_rows), {}};
      scan_form form = form_of(piece.scan);
      form.has_h0 = plain.start != piece_start::zero;
      piece.layout = make_layout(form, point_, memory_);
      const bool last = i + 1 == set.pieces.size();
      piece.stores_state = last ? set.final_state : set.pieces[i + 1].start == piece_start::before;
      if (plain.start == piece_start::before) go_on(piece, pieces_.back());
      share_parameters(piece, first, set, i);
      pieces_.push_back(std::move(piece));
    }
  }

  // Descriptors and operands; the image is whole then.
  program finish() {
    program p;
    p.name = "scan_sets";
    size_t count = 0;
    for (const placed_piece& piece : pieces_) count += piece.layout.descriptors_per_run();
    uint64_t at = memory_.take(count * hls::descriptor_bytes);
    p.image.resize(memory_.end());
    for (const placed_piece& piece : pieces_) {
      pack_operands(piece.scan, piece.layout, point_, p.image);
      if (p.runs.empty() || piece.new_run) p.runs.push_back({at, 0});
      for (const hls::scan_descriptor& d : descriptors_of(piece)) {
        uint32_t words[hls::descriptor_words];
        hls::encode_descriptor(d, words);
        std::memcpy(p.image.data() + at, words, sizeof words);
        at += sizeof words;
        ++p.runs.back().count;
      }
    }
    return p;
  }

  const std::vector<placed_piece>& pieces() const { return pieces_; }

 private:
  // The state has one place, which the piece before writes and this one reads.
  static void go_on(placed_piece& piece, const placed_piece& before) {
    for (size_t i = 0; i < piece.layout.regions.size(); ++i)
      piece.layout.regions[i].addr_state = before.layout.regions[i].addr_state;
    piece.new_run = true;
  }

  // A, D and bias of the first piece of the set with the same ones. The machine keeps those of one slice.
  void share_parameters(placed_piece& piece, size_t first, const quantised_set& set, size_t i) {
    for (size_t j = 0; j < i; ++j) {
      if (set.pieces[j].held != set.pieces[i].held) continue;
      const std::vector<channel_slice>& known = pieces_[first + j].layout.blocks;
      for (size_t b = 0; b < known.size(); ++b)
        piece.layout.blocks[b].addr_a = known[b].addr_a, piece.layout.blocks[b].addr_db = known[b].addr_db;
      break;
    }
    piece.loads_params = i == 0 || piece.new_run || piece.layout.blocks.size() > 1 ||
                         set.pieces[i - 1].held != set.pieces[i].held;
  }

  std::vector<hls::scan_descriptor> descriptors_of(const placed_piece& piece) const {
    std::vector<hls::scan_descriptor> list = make_descriptors(piece.scan, piece.layout, point_, 0);
    for (hls::scan_descriptor& d : list)
      d.load_params &= piece.loads_params, d.store_state = piece.stores_state;
    return list;
  }

  const quantised_scan_sets& sets_;
  design_point point_;
  region_allocator memory_;
  std::vector<placed_piece> pieces_;
};

// What a piece of set k moves.
void add_traffic(sets_traffic& traffic, size_t k, const placed_piece& piece, const design_point& point) {
  scan_form form = form_of(piece.scan);
  form.has_h0 = piece.layout.has_h0;
  for (const tensor_traffic& one : traffic_of(form, piece.layout, point)) {
    const bool params = one.tensor == "A" || one.tensor == "D, delta_bias";
    if ((params && !piece.loads_params) || (one.tensor == "h_last" && !piece.stores_state)) continue;
    traffic.add(k, one);
  }
}

// Plain scans have no other tap, drive and gate.
void require_plain_kinds(const quantised_scan_sets& sets, const std::string& why_not) {
  const auto require = [&](bool plain, size_t k, const char* key, const char* expected, const char* found) {
    if (plain) return;
    throw input_error("trace", fmt::format("sets[{}].{}", k, key),
                      fmt::format("{}, or a call that runs as scans with sets ({}; rung ref takes it: "
                                  "--rungs ref)",
                                  expected, why_not),
                      found);
  };
  for (size_t k = 0; k < sets.sets.size(); ++k) {
    const scan_options& rows = sets.sets[k].rows.options;
    require(!rows.tap_pre, k, "tap", "\"post\"", "\"pre\"");
    require(!rows.plain_drive, k, "drive", "\"dt\"", "\"plain\"");
    require(!rows.linear_gate, k, "gate", "\"silu\" or \"none\"", "\"linear\"");
  }
}

// Its pieces as plain scans.
program make_lowered_program(const scan_sets_call& call, const quantised_scan_sets& sets,
                             const design_point& point) {
  sets_builder builder(sets, point);
  sets_traffic traffic(call, point);
  std::vector<added_piece> added;
  std::vector<program_output> states;
  for (size_t k = 0; k < sets.sets.size(); ++k) {
    const quantised_set& set = sets.sets[k];
    const size_t first = builder.pieces().size();
    builder.place(k);
    layout_ptr last;
    for (size_t i = first; i < builder.pieces().size(); ++i) {
      const placed_piece& piece = builder.pieces()[i];
      add_traffic(traffic, k, piece, point);
      last = std::make_shared<const scan_layout>(piece.layout);
      added.push_back({rows_output("y", last, point).order, set.first_channel, set.rows.shape.channels,
                       set.pieces[i - first].steps});
    }
    if (set.final_state) states.push_back(states_output(fmt::format("h_last.{}", k), last, point));
  }
  program p = builder.finish();
  p.outputs = {{"y", std::make_shared<added_order>(std::move(added), sets.batch, sets.channels,
                                                   sets.output_rows, sets.output_bits)}};
  p.outputs.insert(p.outputs.end(), states.begin(), states.end());
  p.traffic = traffic.finish();
  return p;
}

}  // namespace

program make_scan_sets_program(const scan_sets_call& call, const quantised_scan_sets& sets,
                               const design_point& point) {
  const sets_fit fit = fit_sets(sets, point);
  if (fit.why_not.empty()) return make_fused_sets_program(call, sets, fit, point);
  require_plain_kinds(sets, fit.why_not);
  return make_lowered_program(call, sets, point);
}

}  // namespace scansim
