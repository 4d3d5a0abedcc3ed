// recipe_context: evaluates one recipe against one cost table and remembers the rows it read. Primitives and
// interpolation: models/energy/recipes.md. Contract: rows of one level only, or input_error. Internal to
// models/energy.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "models/configs/widths.h"
#include "models/energy/cost_table.h"

namespace scansim {

using anchor = std::pair<double, const char*>;  // size, row of the cost table

extern const std::vector<anchor> multiply_anchors;  // bit products
extern const std::vector<anchor> add_anchors;       // bits
extern const std::vector<anchor> sram_anchors;      // bytes
inline constexpr const char* register_row = "register_bit";

class recipe_context {
 public:
  recipe_context(const design_point& point, const cost_table& table, const std::string& event)
      : point_(point), table_(table), event_(event) {}

  const design_point& point() const { return point_; }
  int operand_bits() const { return point_.operand_bits; }
  int state_bits() const { return point_.state_bits; }
  hls::widths widths() const { return widths_of(point_); }

  // An a x b bit array multiplier: energy follows the number of bit products.
  energy_range multiply(int a_bits, int b_bits) {
    return scaled(multiply_anchors, double(a_bits) * b_bits, true);
  }
  energy_range add(int bits) { return scaled(add_anchors, bits, true); }
  energy_range register_bits(double bits) { return bits * row(register_row); }
  // One bit of an access to an SRAM macro of that size.
  energy_range sram_bit(double bytes) { return scaled(sram_anchors, bytes, false); }
  // One bit of what the dma fills: one operand stream's tiles in flight.
  energy_range buffer_bit() {
    return sram_bit(double(point_.tile_channels()) * point_.chunk_tokens * point_.tile_buffers *
                    point_.operand_bytes());
  }
  // A piecewise-linear unit: read base and slope, multiply the slope by the offset, add the base.
  energy_range piecewise_linear(int word_bits, int slope_bits, int offset_bits, int sum_bits) {
    return register_bits(word_bits) + multiply(slope_bits, offset_bits) + add(sum_bits);
  }
  // The row's cost; throws input_error when it is missing or of another level than those before.
  energy_range row(const std::string& name);

  const std::vector<std::string>& rows() const { return rows_; }
  energy_level level() const { return level_; }

 private:
  energy_range scaled(const std::vector<anchor>& anchors, double size, bool proportional);

  const design_point& point_;
  const cost_table& table_;
  std::string event_;
  std::vector<std::string> rows_;
  energy_level level_ = energy_level::circuit;
};

using recipe = energy_range (*)(recipe_context&);

}  // namespace scansim
