#include "host/program/scan/fused_sets_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "host/program/scan/pack_scan.h"
#include "host/program/scan/scan_outputs.h"
#include "host/program/scan/scan_sets_traffic.h"
#include "host/program/scan/sets_layout.h"

namespace scansim {

namespace {

// Where y of a slice goes.
struct slice_rows {
  std::shared_ptr<const output_order> values;  // (batch, channels, R)
  int64_t first_channel = 0, channels = 0;
};

class slices_order : public output_order {
 public:
  slices_order(std::vector<slice_rows> slices, const quantised_scan_sets& sets)
      : slices_(std::move(slices)), batch_(sets.batch), channels_(sets.channels), rows_(sets.output_rows) {}

  std::vector<int32_t> read(std::span<const uint8_t> memory) const override {
    std::vector<int32_t> y(static_cast<size_t>(batch_ * channels_ * rows_));
    for (const slice_rows& slice : slices_) {
      const std::vector<int32_t> values = slice.values->read(memory);
      const int64_t size = slice.channels * rows_;
      for (int64_t batch = 0; batch < batch_; ++batch)
        std::copy_n(values.begin() + batch * size, size,
                    y.begin() + (batch * channels_ + slice.first_channel) * rows_);
    }
    return y;
  }

 private:
  std::vector<slice_rows> slices_;
  int64_t batch_, channels_, rows_;
};

class fused_builder {
 public:
  fused_builder(const scan_sets_call& call, const quantised_scan_sets& sets, const sets_fit& fit,
                const design_point& point)
      : sets_(sets), fit_(fit), point_(point), memory_(point.region_skew_pages), traffic_(call, point) {}

  program build() {
    size_t count = 0;
    for (const set_slice& slice : fit_.slices) {
      layouts_.push_back(make_slice_layout(slice, sets_, point_, memory_));
      count += layouts_.back().shared->regions.size() * (1 + slice.sets.size());
    }
    program_.name = "scan_sets";
    program_.runs = {{memory_.take(count * hls::descriptor_bytes), static_cast<uint32_t>(count)}};
    program_.image.resize(memory_.end());
    at_ = program_.runs.front().address;
    for (size_t i = 0; i < layouts_.size(); ++i) {
      pack(fit_.slices[i], layouts_[i]);
      describe(fit_.slices[i], layouts_[i]);
    }
    name_outputs();
    program_.traffic = traffic_.finish();
    return std::move(program_);
  }

 private:
  const quantised_scan& rows_of(const fitted_set& set) const { return sets_.sets[set.number].rows; }

  void pack(const set_slice& slice, const slice_layout& layout) {
    bool packed_z = false;
    for (size_t k = 0; k < slice.sets.size(); ++k) {
      const quantised_scan& set = rows_of(slice.sets[k]);
      pack_operands(set, *layout.sets[k], point_, program_.image);
      if (!set.z.empty() && !std::exchange(packed_z, true))
        pack_rows(set.z, *layout.shared, &scan_region::addr_z, point_, program_.image);
      const std::vector<uint32_t>& list = slice.sets[k].tokens.list;
      if (!list.empty())
        std::memcpy(program_.image.data() + layout.lists[k], list.data(), list.size() * sizeof list[0]);
    }
  }

  void describe(const set_slice& slice, const slice_layout& layout) {
    for (size_t block = 0; block < layout.shared->blocks.size(); ++block)
      for (int64_t batch = 0; batch < sets_.batch; ++batch) {
        append(make_set_scan(layout, block, batch));
        move_shared(layout, slice.sets.front().number, block);
        for (size_t k = 0; k < slice.sets.size(); ++k) {
          const fitted_set& set = slice.sets[k];
          append(make_set_record(layout, set, k, sets_.sets[set.number], block, batch, point_));
          move_set(layout, set, k, block, batch);
        }
      }
  }

  template <class Descriptor>
  void append(const Descriptor& d) {
    uint32_t words[hls::descriptor_words];
    hls::encode_descriptor(d, words);
    std::memcpy(program_.image.data() + at_, words, sizeof words);
    at_ += sizeof words;
  }

  void move_shared(const slice_layout& layout, size_t number, size_t block) {
    const channel_slice &of_u = layout.sets.front()->blocks[block], &of_y = layout.shared->blocks[block];
    const uint64_t records = layout.sets.size();
    traffic_.add(number, {"u", of_u.rest.u});
    if (layout.shared->has_z) traffic_.add(number, {"z", of_y.rest.u});
    traffic_.add(number, {"y", 0, of_y.rest.y});
    traffic_.add(number, {"descriptors", (1 + records) * hls::descriptor_bytes});
  }

  void move_set(const slice_layout& layout, const fitted_set& set, size_t k, size_t block, int64_t batch) {
    const channel_slice& own = layout.sets[k]->blocks[block];
    const scan_region& at = layout.sets[k]->region(block, batch);
    const auto move = [&](const char* tensor, uint64_t address, uint64_t bytes, bool write = false) {
      traffic_.add(set.number, {tensor, write ? 0 : bytes, write ? bytes : 0});
      program_.transfers.push_back({address, write, traffic_.name_of(tensor, set.number)});
    };
    if (!set.same.delta) move("delta", at.addr_delta, own.rest.u);
    if (!set.same.b) move("B", at.addr_b, own.rest.bc);
    if (!set.same.c) move("C", at.addr_c, own.rest.bc);
    if (!set.same.params) {
      move("A", own.addr_a, own.a_bytes);
      move("D, delta_bias", own.addr_db, own.db_bytes);
    }
    if (set.from_h0) move("h0", at.addr_state, own.state_bytes);
    if (sets_.sets[set.number].final_state) move("h_last", at.addr_state, own.state_bytes, true);
    const std::vector<uint32_t>& list = set.tokens.list;
    if (!list.empty())
      move(token_lists_name, layout.lists[k], whole_beats(point_, list.size() * sizeof list[0]));
  }

  void name_outputs() {
    std::vector<slice_rows> rows;
    std::vector<std::shared_ptr<const scan_layout>> states(sets_.sets.size());
    for (size_t i = 0; i < layouts_.size(); ++i) {
      const set_slice& slice = fit_.slices[i];
      rows.push_back(
          {rows_output("y", layouts_[i].shared, point_).order, slice.first_channel, slice.channels});
      for (size_t k = 0; k < slice.sets.size(); ++k) states[slice.sets[k].number] = layouts_[i].sets[k];
    }
    program_.outputs = {{"y", std::make_shared<slices_order>(std::move(rows), sets_)}};
    for (size_t k = 0; k < states.size(); ++k)
      if (sets_.sets[k].final_state)
        program_.outputs.push_back(states_output(fmt::format("h_last.{}", k), states[k], point_));
  }

  const quantised_scan_sets& sets_;
  const sets_fit& fit_;
  design_point point_;
  region_allocator memory_;
  sets_traffic traffic_;
  std::vector<slice_layout> layouts_;
  program program_;
  uint64_t at_ = 0;  // of the next descriptor
};

}  // namespace

program make_fused_sets_program(const scan_sets_call& call, const quantised_scan_sets& sets,
                                const sets_fit& fit, const design_point& point) {
  return fused_builder(call, sets, fit, point).build();
}

}  // namespace scansim
