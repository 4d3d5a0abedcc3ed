#include "sim/switching/operand_switching.h"

#include <algorithm>
#include <bit>

namespace scansim {
namespace {

uint64_t product_of(const switching_product& product, const int64_t* operands) {
  return static_cast<uint64_t>(operands[product.one]) * static_cast<uint64_t>(operands[product.other]);
}

uint64_t low_ones(int bits) { return bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1; }

}  // namespace

std::vector<switching_count> named_switching(const switching_values& values) {
  std::vector<switching_count> list;
  const auto add = [&](const switching_row& row, std::string event) {
    list.push_back({std::string(row.block), std::move(event), values.at(list.size())});
  };
  for (const switching_row& row : switching_rows) {
    add(row, "operations");
    for (const switching_operand& one : row.operands) add(row, std::string(one.name) + "_flips");
    for (const switching_product& product : row.products) {
      const std::string pair = std::string(row.operands[static_cast<size_t>(product.one)].name) + "_" +
                               std::string(row.operands[static_cast<size_t>(product.other)].name);
      add(row, pair + "_flips"), add(row, pair + "_moves");
      if (product.numbers) add(row, pair + "_product");
    }
  }
  return list;
}

operand_switching::operand_switching(const hls::widths& widths) : widths_(widths) {
  size_t first = 0;
  for (size_t u = 0; u < num_switching_units; ++u) {
    const switching_row& row = switching_rows[u];
    units_[u].first = first, first += events_of(row);
    for (size_t i = 0; i < row.operands.size(); ++i)
      units_[u].masks.at(i) = low_ones(row.operands[i].bits(widths));
    for (size_t i = 0; i < row.products.size(); ++i) {
      const auto bits = [&](int one) { return row.operands[static_cast<size_t>(one)].bits(widths); };
      units_[u].product_masks.at(i) = low_ones(bits(row.products[i].one) + bits(row.products[i].other));
    }
  }
}

void operand_switching::restart() {
  values_.fill(0);
  for (unit_state& unit : units_) unit.before.clear();
}

int64_t* operand_switching::before(switching_unit unit, int place) {
  unit_state& state = units_[static_cast<size_t>(unit)];
  const size_t count = row_of(unit).operands.size(), at = static_cast<size_t>(place) * count;
  if (state.before.size() < at + count) state.before.resize(at + count);
  return state.before.data() + at;
}

void operand_switching::lead_in(switching_unit unit, int place, std::span<const int64_t> operands) {
  std::copy(operands.begin(), operands.end(), before(unit, place));
}

void operand_switching::see(switching_unit unit, int place, std::span<const int64_t> now) {
  const switching_row& row = row_of(unit);
  const unit_state& state = units_[static_cast<size_t>(unit)];
  int64_t* was = before(unit, place);
  uint64_t* counter = values_.data() + state.first;
  std::array<uint64_t, 8> flips;
  std::array<uint64_t, 4> products;
  for (size_t i = 0; i < row.products.size(); ++i) products[i] = product_of(row.products[i], was);
  *counter++ += 1;
  for (size_t i = 0; i < row.operands.size(); ++i) {
    flips[i] = static_cast<uint64_t>(
        std::popcount((static_cast<uint64_t>(now[i]) ^ static_cast<uint64_t>(was[i])) & state.masks[i]));
    *counter++ += flips[i];
    was[i] = now[i];
  }
  for (size_t i = 0; i < row.products.size(); ++i) {
    const switching_product& product = row.products[i];
    const auto one = static_cast<size_t>(product.one), other = static_cast<size_t>(product.other);
    *counter++ += (now[other] != 0 ? flips[one] : 0) + (now[one] != 0 ? flips[other] : 0);
    *counter++ += now[one] != 0 && now[other] != 0 && flips[one] + flips[other] > 0;
    if (product.numbers)
      *counter++ += static_cast<uint64_t>(
          std::popcount((products[i] ^ product_of(product, now.data())) & state.product_masks[i]));
  }
}

}  // namespace scansim
