// Weights and positions in slots (sim/PROGRAM.md, 2.3): loads of 8 and of 4 bits one ahead of the products,
// products that share a slot, that leave rows of it unread, that give it back before it is full; the memory
// as rows again behind them. All rungs agree, and the whole scratch is compared behind each list.
#include <catch2/catch.hpp>
#include <deque>

#include "tests/sim/top/unit_rules.h"
#include "tests/sim/top/unit_rungs.h"

namespace scansim {
namespace {

using test::descriptor_image;
using test::encoded;
using test::unit_lists;

class slot_list {
 public:
  explicit slot_list(unit_lists& lists) : lists_(lists) {}

  // A first load that clears, then products each with its load one or two ahead; every slot is given back.
  std::vector<descriptor_image> build(int products) {
    for (int i = 0; i < products || !open_.empty(); ++i) {
      const bool loads = i < products;
      while (loads && open_.size() < weight_slot_count && (open_.empty() || lists_.coin())) load();
      const bool leaves = !loads || lists_.upto(3) > 1;
      multiply(i % 4, leaves);
    }
    return std::move(list_);
  }

 private:
  // Some are of N:M products, with positions.
  void load() {
    unit_lists::slot_load slot = lists_.weight_slot();
    const bool positions = lists_.coin();
    if (list_.empty()) slot.load.clear = slot.load.slots = true;
    if (positions) {
      hls::params_descriptor d = lists_.position_slot(slot.rows);
      if (!positions_on_) d.clear = d.slots = positions_on_ = true;
      list_.push_back(encoded(d));
    }
    list_.push_back(encoded(slot.load));
    open_.push_back({slot.rows, positions});
  }

  void multiply(int slot, bool leaves) {
    const auto [rows, positions] = open_.front();
    hls::gemm_descriptor d;
    do d = lists_.gemm(slot);
    while ((d.n != 4) != positions);
    d.beats = static_cast<uint16_t>(std::min<int>(d.beats, rows));
    d.tiles = static_cast<uint16_t>(lists_.upto(std::min(4, rows / d.beats)));
    d.w_row = static_cast<uint16_t>(test::pick(lists_.random(), 0, rows - d.tiles * d.beats));
    // Positions that are still on their way behind the list would meet its end.
    d.pos_row = static_cast<uint16_t>(leaves ? rows - d.tiles * d.beats : 0);
    d.shift_row = static_cast<uint16_t>(gemm_shift_rows - d.tiles);
    d.bias_row = static_cast<uint16_t>(gemm_bias_rows - d.tiles);
    d.release_w = leaves;
    list_.push_back(encoded(d));
    if (leaves) open_.pop_front();
  }

  struct open_slot {
    int rows;
    bool positions;
  };
  unit_lists& lists_;
  std::vector<descriptor_image> list_;
  std::deque<open_slot> open_;
  bool positions_on_ = false;  // in slots
};

// The memories as rows: products of their first rows and of their last.
std::vector<descriptor_image> rows_again(test::unit_rungs& machine) {
  unit_lists& lists = machine.lists;
  std::vector<descriptor_image> list = {encoded(lists.params(hls::parameter_target::weights)),
                                        encoded(lists.params(hls::parameter_target::index))};
  for (const bool dense : {true, false}) {
    hls::gemm_descriptor d;
    do d = lists.gemm(dense);
    while ((d.n == 4) != dense);
    d.w_row = d.pos_row = 0;
    list.push_back(encoded(d));
  }
  list.push_back(encoded(lists.index_used(2)));
  list.push_back(machine.store_all());
  return list;
}

}  // namespace

TEST_CASE("unit_agreement weights in slots: every product reads what its load brought, in time",
          "[machine][systemc][rtl]") {
  for (const char* memory : {"ideal", "latency", "random", "dram-lpddr5"}) {
    test::unit_rungs machine(memory, 43);
    for (int i = 0; i < 60; ++i) {
      CAPTURE(memory, i);
      std::vector<descriptor_image> list = slot_list(machine.lists).build(machine.lists.upto(6));
      list.push_back(machine.store_all());
      CHECK(machine.check_equal(list) == csr::error_code::none);
      if (i % 8 == 7) {
        CHECK(machine.check_equal(rows_again(machine)) == csr::error_code::none);
        machine.check_legal_run();
      }
    }
  }
}

}  // namespace scansim
