// The kinds of layers that a network file may name, as one table: fields and how a layer becomes operators.
// Reader, `scansim network --kinds` and the expansion walk it; a kind is a row and a function.
// Contract: expand() gets every field of its kind, checked; values of a choice are its place in the list.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/network/layer_parts.h"

namespace scansim {

inline constexpr int64_t largest_size = 1 << 18;  // products of three and a few million tokens fit 64 bits

struct layer_field {
  const char* name;
  std::optional<int64_t> usual = {};  // nullopt: must be stated
  int64_t least = 1, most = largest_size;
  std::vector<const char*> choices = {};  // instead of a number
};

inline const std::vector<const char*> no_yes = {"false", "true"};
inline const std::vector<const char*> order_choices = {"cross", "snakes", "atrous", "columns",
                                                       "joined"};                         // scan_orders
inline const std::vector<const char*> norm_choices = {"none", "rms_norm", "layer_norm"};  // norm_kind

class layer_values {
 public:
  int64_t operator[](const std::string& name) const { return values_.at(name); }
  const std::map<std::string, int64_t>& all() const { return values_; }
  void set(const std::string& name, int64_t value) { values_[name] = value; }

 private:
  std::map<std::string, int64_t> values_;
};

// A rule between fields that a layer breaks.
struct broken_rule {
  const char *field, *expected;
};

struct layer_kind {
  const char* name;
  const char* meaning;
  std::vector<layer_field> fields;
  void (*expand)(const layer_values& v, layer_parts& parts);
  bool says_what = false;  // has the text field `what`
  std::optional<broken_rule> (*check)(const layer_values& v) = nullptr;
};

std::span<const layer_kind> layer_kinds();
const layer_kind* find_layer_kind(const std::string& name);  // nullptr: there is none
std::string layer_kinds_text();                              // a line a field

// The rows, by file.
std::vector<layer_kind> language_layers(), vision_layers(), single_layers();

}  // namespace scansim
