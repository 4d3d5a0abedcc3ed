#include "models/energy/energy_recipes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "hls/formats.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

using anchor = std::pair<double, const char*>;  // size, row of the cost table

const std::vector<anchor> multiply_anchors = {{8.0 * 8, "mul_int8"},
                                              {32.0 * 32, "mul_int32"}};       // bit products
const std::vector<anchor> add_anchors = {{8, "add_int8"}, {32, "add_int32"}};  // bits
const std::vector<anchor> sram_anchors = {{8.0 * 1024, "sram_bit_8kib"},
                                          {32.0 * 1024, "sram_bit_32kib"},
                                          {1024.0 * 1024, "sram_bit_1mib"}};  // bytes
constexpr const char* register_row = "register_bit";

// Evaluates one recipe against one table and remembers what it read.
class recipe_context {
 public:
  recipe_context(const design_point& point, const cost_table& table, const std::string& event)
      : point_(point), table_(table), event_(event) {}

  const design_point& point() const { return point_; }
  int operand_bits() const { return point_.operand_bits; }
  int state_bits() const { return point_.state_bits; }
  hls::widths widths() const {
    return {point_.operand_bits, point_.state_bits, point_.output_bits, point_.exp_segments};
  }

  // An a x b bit array multiplier: energy follows the number of bit products.
  energy_range multiply(int a_bits, int b_bits) {
    return scaled(multiply_anchors, double(a_bits) * b_bits, true);
  }
  energy_range add(int bits) { return scaled(add_anchors, bits, true); }
  energy_range register_bits(double bits) { return bits * row(register_row); }
  // One bit of an access to an SRAM macro of that size.
  energy_range sram_bit(double bytes) { return scaled(sram_anchors, bytes, false); }

  const std::vector<std::string>& rows() const { return rows_; }
  energy_level level() const { return level_; }

  energy_range row(const std::string& name) {
    const auto found = table_.rows.find(name);
    if (found == table_.rows.end()) {
      throw input_error(table_.file, "event " + event_, "a row " + name, "none");
    }
    if (!rows_.empty() && found->second.level != level_) {
      throw input_error(table_.file, "event " + event_,
                        "rows of one level (" + rows_.front() + " is " + level_name(level_) + ")",
                        name + " is " + level_name(found->second.level));
    }
    level_ = found->second.level;
    if (std::find(rows_.begin(), rows_.end(), name) == rows_.end()) rows_.push_back(name);
    return found->second.cost;
  }

 private:
  // Straight line between the anchors in log size and log energy. Outside them: proportional to size for
  // operators, constant for memories (a larger memory is several macros, a smaller one is not cheaper).
  energy_range scaled(const std::vector<anchor>& anchors, double size, bool proportional) {
    if (size <= anchors.front().first) {
      return (proportional ? size / anchors.front().first : 1.0) * row(anchors.front().second);
    }
    for (size_t k = 1; k < anchors.size(); ++k) {
      if (size <= anchors[k].first) {
        const double t =
            std::log(size / anchors[k - 1].first) / std::log(anchors[k].first / anchors[k - 1].first);
        return between(row(anchors[k - 1].second), row(anchors[k].second), t);
      }
    }
    return (proportional ? size / anchors.back().first : 1.0) * row(anchors.back().second);
  }

  static double log_mix(double from, double to, double t) {
    return from > 0 && to > 0 ? from * std::pow(to / from, t) : (1 - t) * from + t * to;
  }
  static energy_range between(const energy_range& from, const energy_range& to, double t) {
    return {log_mix(from.low_pj, to.low_pj, t), log_mix(from.nominal_pj, to.nominal_pj, t),
            log_mix(from.high_pj, to.high_pj, t)};
  }

  const design_point& point_;
  const cost_table& table_;
  std::string event_;
  std::vector<std::string> rows_;
  energy_level level_ = energy_level::circuit;
};

// For a counter that counts operations of two widths: bounds from each, nominal in the middle.
energy_range either(const energy_range& narrow, const energy_range& wide) {
  return {narrow.low_pj, (narrow.nominal_pj + wide.nominal_pj) / 2, wide.high_pj};
}

// A piecewise-linear unit: read base and slope, multiply the slope by the offset, add the base.
energy_range piecewise_linear(recipe_context& of, int word_bits, int slope_bits, int offset_bits,
                              int sum_bits) {
  return of.register_bits(word_bits) + of.multiply(slope_bits, offset_bits) + of.add(sum_bits);
}

energy_range state_update(recipe_context& of) {
  const int operand = of.operand_bits();
  const int state = of.state_bits();
  return of.multiply(hls::dt2_bits, operand) +          // delta * A
         of.multiply(of.widths().du_bits(), operand) +  // (delta * u) * B
         of.multiply(hls::decay_bits, state) +          // decay * h
         of.multiply(state, operand) +                  // C * h
         of.add(hls::decay_bits + state) +              // decay * h + drive
         2 * of.add(of.widths().acc_bits());            // sum over the states, and its rounding
}

double state_macro_bytes(const design_point& point) {
  return double(point.state_capacity) / point.num_lanes * point.state_bits / 8;
}
double parameter_macro_bytes(const design_point& point) {
  return double(point.state_capacity) / point.num_lanes * point.operand_bytes();
}
double state_vector_macro_bytes(const design_point& point) {  // B or C: two chunks
  return 2.0 * point.max_states * point.chunk_tokens * point.operand_bytes();
}
double tile_macro_bytes(const design_point& point) {  // one operand stream's tiles in flight
  return double(point.tile_channels()) * point.chunk_tokens * point.tile_buffers * point.operand_bytes();
}

using recipe = energy_range (*)(recipe_context&);

const std::map<std::string, recipe>& recipes() {
  static const std::map<std::string, recipe> list = {
      {"softplus_ops", [](recipe_context& of) { return piecewise_linear(of, 46, 19, 9, hls::dt_bits); }},
      {"mac_delta",
       [](recipe_context& of) {
         return (1.0 / 3) * (of.multiply(hls::dt_bits, 17) + of.multiply(hls::dt_bits, of.operand_bits()) +
                             of.multiply(hls::param_bits, of.operand_bits()));
       }},
      {"state_updates", state_update},
      {"exp_ops",
       [](recipe_context& of) {
         return piecewise_linear(of, 32, 16, hls::exp_frac - of.widths().exp_index_bits(), hls::decay_bits);
       }},
      {"silu_ops", [](recipe_context& of) { return piecewise_linear(of, 32, 14, 9, hls::sigmoid_frac + 1); }},
      {"mac_gate",
       [](recipe_context& of) {
         return either(of.multiply(of.operand_bits(), hls::sigmoid_frac + 1),
                       of.multiply(hls::v_bits, hls::gate_bits));
       }},
      {"state_sram_read_bits", [](recipe_context& of) { return of.sram_bit(state_macro_bytes(of.point())); }},
      {"state_sram_write_bits",
       [](recipe_context& of) { return of.sram_bit(state_macro_bytes(of.point())); }},
      {"param_read_bits", [](recipe_context& of) { return of.sram_bit(parameter_macro_bytes(of.point())); }},
      {"bc_read_bits", [](recipe_context& of) { return of.sram_bit(state_vector_macro_bytes(of.point())); }},
      {"buffer_read_bits", [](recipe_context& of) { return of.sram_bit(tile_macro_bytes(of.point())); }},
      {"buffer_write_bits", [](recipe_context& of) { return of.sram_bit(tile_macro_bytes(of.point())); }},
      {"slot_read_bits", [](recipe_context& of) { return of.register_bits(1); }},
      {"slot_write_bits", [](recipe_context& of) { return of.register_bits(1); }},
  };
  return list;
}

// Events that are costed by a row of their own only.
bool is_direct_event(const std::string& event) {
  return event == "dram_read_bytes" || event == "dram_write_bytes";
}

bool names_anchor(const std::vector<anchor>& anchors, const std::string& name) {
  return std::any_of(anchors.begin(), anchors.end(), [&](const anchor& one) { return name == one.second; });
}

}  // namespace

bool is_free_event(const std::string& event) {
  static const std::set<std::string> observers = {"busy",   "wait_in",     "wait_out",    "idle",
                                                  "cycles", "read_bursts", "write_bursts"};
  return event.rfind("saturations_", 0) == 0 || observers.count(event) != 0;
}

bool is_cost_name(const std::string& name) {
  return recipes().count(name) != 0 || is_direct_event(name) || name == register_row ||
         names_anchor(multiply_anchors, name) || names_anchor(add_anchors, name) ||
         names_anchor(sram_anchors, name);
}

event_cost cost_of_event(const std::string& event, const design_point& point, const cost_table& table) {
  if (is_free_event(event)) return {};
  recipe_context context(point, table, event);
  event_cost result;
  const auto recipe_of = recipes().find(event);
  if (table.rows.count(event) != 0 || recipe_of == recipes().end()) {
    result.cost = context.row(event);
  } else {
    result.cost = recipe_of->second(context);
  }
  result.level = context.level();
  result.rows = context.rows();
  return result;
}

}  // namespace scansim
