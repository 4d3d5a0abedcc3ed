#include "host/energy/liberty.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "host/energy/liberty_function.h"
#include "host/energy/liberty_groups.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

// Where `at` lies on an axis: the place before it, and how far on to the next (below 0, above 1: beyond).
std::pair<size_t, double> place_on(const std::vector<double>& axis, double at) {
  if (axis.size() < 2) return {0, 0};
  const auto above = std::upper_bound(axis.begin() + 1, axis.end() - 1, at);
  const auto low = static_cast<size_t>(above - axis.begin()) - 1;
  return {low, (at - axis[low]) / (axis[low + 1] - axis[low])};
}

class library_reader {
 public:
  library_reader(const liberty_group& library, const std::string& file) : library_(library), file_(file) {}

  liberty_library read() {
    liberty_library made;
    made.file = file_;
    made.name = library_.names.empty() ? "" : library_.names.front();
    made.volts = number(library_, "nom_voltage");
    check_units();
    for (const liberty_group& group : library_.groups) {
      if (group.kind != "cell") continue;
      const std::string name = group.names.empty() ? "" : group.names.front();
      liberty_cell cell;
      const std::string why = read_cell(group, name, cell);
      if (why.empty())
        made.cells.emplace(name, std::move(cell));
      else
        made.left_out.emplace(name, why);
    }
    if (made.cells.empty()) fail(library_, "cell", "at least one that is modelled", "none");
    return made;
  }

 private:
  [[noreturn]] void fail(const liberty_group& at, const std::string& what, const std::string& expected,
                         const std::string& found) const {
    throw input_error(file_, fmt::format("line {}: {}", at.line, what), expected, found);
  }

  double to_number(const liberty_group& at, const std::string& what, const std::string& text) const {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    while (end != nullptr && (*end == ' ' || *end == '\t')) ++end;
    if (text.empty() || *end != '\0' || !std::isfinite(value))
      fail(at, what, "a number", text.empty() ? "none" : "\"" + printable(text) + "\"");
    return value;
  }
  double number(const liberty_group& at, const char* what) const {
    return to_number(at, what, at.value(what));
  }

  void check_units() const {
    const std::string time = library_.value("time_unit"), volts = library_.value("voltage_unit");
    const std::string leakage = library_.value("leakage_power_unit");
    const auto* load = library_.values("capacitive_load_unit");
    if (time != "1ns") fail(library_, "time_unit", "1ns", time);
    if (volts != "1V") fail(library_, "voltage_unit", "1V", volts);
    if (leakage != "1nW") fail(library_, "leakage_power_unit", "1nW", leakage);
    if (load == nullptr || load->size() != 2 ||
        to_number(library_, "capacitive_load_unit", (*load)[0]) != 1 ||
        (load->back() != "pf" && load->back() != "pF"))
      fail(library_, "capacitive_load_unit", "1,pf",
           load == nullptr ? "none" : fmt::format("{}", load->back()));
  }

  std::vector<double> numbers(const liberty_group& at, const char* what) const {
    std::vector<double> list;
    const auto* texts = at.values(what);
    if (texts == nullptr) return list;
    for (const std::string& text : *texts) {
      size_t begin = 0;
      while (begin <= text.size()) {
        const size_t end = std::min(text.find(',', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        if (part.find_first_not_of(" \t\n\\") != std::string::npos) {
          const size_t first = part.find_first_not_of(" \t\n\\"), last = part.find_last_not_of(" \t\n\\");
          list.push_back(to_number(at, what, part.substr(first, last - first + 1)));
        }
        begin = end + 1;
      }
    }
    return list;
  }

  // A table with load (or the clock's transition) as rows and the input's (the data's) as columns.
  liberty_table read_table(const liberty_group& pin_group, const char* kind) const {
    const liberty_group* group = pin_group.first(kind);
    if (group == nullptr) return {};
    liberty_table table{numbers(*group, "index_1"), numbers(*group, "index_2"), numbers(*group, "values")};
    std::string first;
    for (const liberty_group& one : library_.groups)
      if (!group->names.empty() && !one.names.empty() && one.names.front() == group->names.front())
        first = one.value("variable_1");
    if (table.columns.empty()) {
      const bool of_load = first == "total_output_net_capacitance" || first == "related_pin_transition";
      if (!of_load) std::swap(table.rows, table.columns);
    } else if (first != "total_output_net_capacitance" && first != "related_pin_transition") {
      fail(*group, "variable_1", "total_output_net_capacitance or related_pin_transition", first);
    }
    const size_t places = std::max<size_t>(1, table.rows.size()) * std::max<size_t>(1, table.columns.size());
    if (table.values.size() != places)
      fail(*group, "values", fmt::format("{} numbers", places), std::to_string(table.values.size()));
    for (const auto* axis : {&table.rows, &table.columns})
      if (std::adjacent_find(axis->begin(), axis->end(), std::greater_equal<>()) != axis->end())
        fail(*group, "index", "rising numbers", "others");
    return table;
  }

  int pin_of(const liberty_group& at, const std::string& name, const std::vector<std::string>& pins) const {
    const auto found = std::find(pins.begin(), pins.end(), name);
    if (found == pins.end()) fail(at, "pin", "a pin of the cell", "\"" + printable(name) + "\"");
    return static_cast<int>(found - pins.begin());
  }

  void read_arc(const liberty_group& group, const std::vector<std::string>& pins, liberty_pin& pin) const {
    liberty_arc arc;
    arc.from = pin_of(group, group.value("related_pin"), pins);
    const std::string type = group.value("timing_type"), sense = group.value("timing_sense");
    if (type == "setup_rising") {
      arc.kind = arc_kind::setup;
    } else if (type == "rising_edge" || type == "falling_edge") {
      arc.kind = arc_kind::clock_to_output;
    } else if (type == "clear" || type == "preset") {
      arc.kind = type == "clear" ? arc_kind::clear : arc_kind::preset;
    } else if (!type.empty() && type != "combinational") {
      return;  // hold, recovery, removal
    }
    arc.sense = sense == "positive_unate"   ? arc_sense::positive
                : sense == "negative_unate" ? arc_sense::negative
                                            : arc_sense::both;
    arc.delay[0] = read_table(group, "cell_fall"), arc.delay[1] = read_table(group, "cell_rise");
    arc.transition[0] = read_table(group, "fall_transition");
    arc.transition[1] = read_table(group, "rise_transition");
    arc.constraint[0] = read_table(group, "fall_constraint");
    arc.constraint[1] = read_table(group, "rise_constraint");
    pin.arcs.push_back(std::move(arc));
  }

  void read_energy(const liberty_group& group, const std::vector<std::string>& pins, liberty_pin& pin) const {
    liberty_energy energy;
    const std::string from = group.value("related_pin");
    if (!from.empty()) energy.from = pin_of(group, from, pins);
    energy.energy[0] = read_table(group, group.first("power") ? "power" : "fall_power");
    energy.energy[1] = read_table(group, group.first("power") ? "power" : "rise_power");
    pin.energies.push_back(std::move(energy));
  }

  // Empty, or why the cell is left out.
  std::string read_cell(const liberty_group& group, const std::string& name, liberty_cell& cell) const {
    cell.name = name;
    cell.area = number(group, "area");
    cell.leakage_nw = number(group, "cell_leakage_power");
    if (group.first("latch") != nullptr) return "a latch";
    std::vector<std::string> pins;
    for (const liberty_group& one : group.groups)
      if (one.kind == "pin") pins.push_back(one.names.empty() ? "" : one.names.front());
    const liberty_group* ff = group.first("ff");
    if (ff != nullptr) {
      cell.state.emplace();
      const std::string why = read_register(*ff, pins, *cell.state);
      if (!why.empty()) return why;
    }
    for (const liberty_group& one : group.groups) {
      if (one.kind != "pin") continue;
      const std::string why = read_pin(one, pins, ff, cell.pins.emplace_back());
      if (!why.empty()) return why;
    }
    return "";
  }

  std::string read_register(const liberty_group& ff, const std::vector<std::string>& pins,
                            liberty_register& state) const {
    const auto clock = function_from_text(ff.value("clocked_on"), pins, file_, at_line(ff, "clocked_on"));
    if (!clock || clock->inputs.size() != 1) return "a clock of several pins";
    state.clock = clock->inputs.front(), state.falling = clock->table == 1;
    const auto next = function_from_text(ff.value("next_state"), pins, file_, at_line(ff, "next_state"));
    if (!next) return "a state of more than six pins";
    state.next = *next;
    for (const auto& [attribute, to] : {std::pair{"clear", &state.clear}, std::pair{"preset", &state.preset}})
      if (const std::string text = ff.value(attribute); !text.empty())
        *to = function_from_text(text, pins, file_, at_line(ff, attribute));
    return "";
  }

  std::string read_pin(const liberty_group& group, const std::vector<std::string>& pins,
                       const liberty_group* ff, liberty_pin& pin) const {
    pin.name = group.names.front();
    pin.is_output = group.value("direction") == "output";
    pin.is_clock = group.value("clock") == "true";
    const double load = number(group, "capacitance");
    pin.capacitance[0] = group.values("fall_capacitance") ? number(group, "fall_capacitance") : load;
    pin.capacitance[1] = group.values("rise_capacitance") ? number(group, "rise_capacitance") : load;
    if (group.values("three_state") != nullptr) return "a three-state output";
    if (pin.is_output) {
      const std::string text = group.value("function");
      const bool state = ff != nullptr && (text == ff->names.front() || text == ff->names.back());
      if (state)
        pin.inverted_state = text != ff->names.front();
      else
        pin.function = function_from_text(text, pins, file_, at_line(group, "function"));
      if (!state && !pin.function) return "an output of more than six pins";
    }
    for (const liberty_group& one : group.groups) {
      if (one.kind == "timing") read_arc(one, pins, pin);
      if (one.kind == "internal_power") read_energy(one, pins, pin);
    }
    return "";
  }

  static std::string at_line(const liberty_group& group, const std::string& what) {
    return fmt::format("line {}: {}", group.line, what);
  }

  const liberty_group& library_;
  const std::string& file_;
};

}  // namespace

double liberty_table::at(double row, double column) const {
  if (values.empty()) return 0;
  const auto [r, up] = place_on(rows, row);
  const auto [c, on] = place_on(columns, column);
  const size_t width = std::max<size_t>(1, columns.size());
  const auto value = [&](size_t i, size_t k) { return values[i * width + k]; };
  const size_t r1 = rows.size() < 2 ? r : r + 1, c1 = columns.size() < 2 ? c : c + 1;
  return (1 - up) * ((1 - on) * value(r, c) + on * value(r, c1)) +
         up * ((1 - on) * value(r1, c) + on * value(r1, c1));
}

int liberty_cell::pin(const std::string& pin_name) const {
  for (size_t i = 0; i < pins.size(); ++i)
    if (pins[i].name == pin_name) return static_cast<int>(i);
  return -1;
}

liberty_library liberty_from_text(const std::string& text, const std::string& file) {
  return library_reader(parse_liberty(text, file), file).read();
}

liberty_library read_liberty(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw input_error(file, "file", "a cell library", "none that can be read");
  return liberty_from_text({std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()}, file);
}

}  // namespace scansim
