#include "host/energy/gate_netlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "traces/input_error.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr const char* clock_port = "clk_i";

class netlist_maker {
 public:
  netlist_maker(const json& module, const liberty_library& library, gate_netlist& made)
      : module_(module), library_(library), made_(made) {}

  void make() {
    for (const auto& [name, port] : module_.at("ports").items()) add_port(name, port);
    for (const auto& [name, cell] : module_.at("cells").items()) add_cell(name, cell);
    for (const gate_net& net : made_.nets)
      if (net.driver.cell < 0 && net.tied < 0 && !net.is_input && !net.loads.empty())
        throw tool_error("netlist of " + made_.module + ": net " + net.name + " has no driver");
    if (const auto clock = made_.inputs.find(clock_port); clock != made_.inputs.end())
      made_.clock = clock->second.front();
    name_nets();
  }

 private:
  int net_of(const json& bit) {
    if (bit.is_string()) {
      gate_net& tied = made_.nets.emplace_back();
      const std::string value = bit.get<std::string>();
      tied.tied = value == "1";  // x: nobody minds
      tied.name = "tied_" + std::to_string(made_.nets.size() - 1);
      return static_cast<int>(made_.nets.size()) - 1;
    }
    const auto [place, fresh] = numbers_.try_emplace(bit.get<int64_t>(), static_cast<int>(made_.nets.size()));
    if (fresh) made_.nets.emplace_back().name = fmt::format("n{}", bit.get<int64_t>());
    return place->second;
  }

  void add_port(const std::string& name, const json& port) {
    const bool input = port.at("direction") == "input";
    std::vector<int>& nets = (input ? made_.inputs : made_.outputs)[name];
    for (const json& bit : port.at("bits")) {
      nets.push_back(net_of(bit));
      if (input) made_.nets[static_cast<size_t>(nets.back())].is_input = true;
    }
  }

  void add_cell(const std::string& name, const json& cell) {
    const std::string type = cell.at("type").get<std::string>();
    const auto found = library_.cells.find(type);
    if (found == library_.cells.end())
      throw tool_error(fmt::format("netlist of {}: cell {} is of type {}, which {} does not have",
                                   made_.module, name, type, library_.name));
    const liberty_cell& of = found->second;
    gate_cell made{fmt::format("g{}", made_.cells.size()), &of, std::vector<int>(of.pins.size(), -1)};
    for (const auto& [pin_name, bits] : cell.at("connections").items()) {
      const int pin = of.pin(pin_name);
      if (pin < 0 || bits.size() != 1)
        throw tool_error(
            fmt::format("netlist of {}: cell {} has no pin {} of one bit", made_.module, name, pin_name));
      made.nets[static_cast<size_t>(pin)] = net_of(bits.front());
    }
    const int index = static_cast<int>(made_.cells.size());
    for (int pin = 0; pin < static_cast<int>(of.pins.size()); ++pin) connect(index, pin, made);
    made_.area += of.area, made_.leakage_nw += of.leakage_nw, made_.registers += of.state.has_value();
    made_.cells.push_back(std::move(made));
  }

  void connect(int index, int pin, const gate_cell& cell) {
    const int net_index = cell.nets[static_cast<size_t>(pin)];
    const liberty_pin& of = cell.of->pins[static_cast<size_t>(pin)];
    if (net_index < 0) {
      if (of.is_output) return;
      throw tool_error(fmt::format("netlist of {}: pin {} of {} is open", made_.module, of.name, cell.name));
    }
    gate_net& net = made_.nets[static_cast<size_t>(net_index)];
    if (!of.is_output) {
      net.loads.push_back({index, pin});
    } else if (net.driver.cell >= 0 || net.is_input || net.tied >= 0) {
      throw tool_error(fmt::format("netlist of {}: net {} has two drivers", made_.module, net.name));
    } else {
      net.driver = {index, pin};
    }
  }

  // What the RTL calls a bit, where it has a name there; a path through a netlist is then one of the source.
  void name_nets() {
    for (const auto& [name, entry] : module_.at("netnames").items()) {
      if (entry.value("hide_name", 0) != 0) continue;
      const json& bits = entry.at("bits");
      for (size_t i = 0; i < bits.size(); ++i) {
        if (bits[i].is_string()) continue;
        const auto place = numbers_.find(bits[i].get<int64_t>());
        if (place == numbers_.end()) continue;
        std::string& text = made_.nets[static_cast<size_t>(place->second)].name;
        const std::string made = bits.size() == 1 ? name : fmt::format("{}[{}]", name, i);
        if (text[0] == 'n' && text.find_first_not_of("0123456789", 1) == std::string::npos) text = made;
      }
    }
  }

  const json& module_;
  const liberty_library& library_;
  gate_netlist& made_;
  std::map<int64_t, int> numbers_;
};

}  // namespace

std::string compact_netlist(const std::string& text, const std::string& module) {
  try {
    json whole = json::parse(text), modules = json::object();
    for (const auto& [name, one] : whole.at("modules").items()) {
      if (!one.at("attributes").contains("top")) continue;
      json kept = {{"attributes", {{"top", "1"}}}, {"ports", one.at("ports")}, {"cells", json::object()}};
      for (const auto& [cell, entry] : one.at("cells").items())
        kept["cells"][std::to_string(kept["cells"].size())] = {{"type", entry.at("type")},
                                                               {"connections", entry.at("connections")}};
      kept["netnames"] = json::object();
      for (const auto& [net, entry] : one.at("netnames").items())
        if (entry.value("hide_name", 0) == 0) kept["netnames"][net] = {{"bits", entry.at("bits")}};
      modules[name] = kept;
    }
    return json({{"creator", whole.at("creator")}, {"modules", modules}}).dump();
  } catch (const json::exception& error) {
    throw tool_error("netlist of " + module + ": cannot be read: " + error.what());
  }
}

gate_netlist netlist_from_json(const std::string& text, const std::string& module,
                               const liberty_library& library) {
  gate_netlist made;
  made.module = module;
  try {
    const json whole = json::parse(text);
    made.tool = whole.at("creator").get<std::string>();
    // A top with parameters keeps its name only with -top; the one with the attribute is it.
    const json* top = nullptr;
    for (const auto& [name, one] : whole.at("modules").items())
      if (one.at("attributes").contains("top")) top = &one;
    if (top == nullptr) throw tool_error("netlist of " + module + ": no module is the top");
    netlist_maker(*top, library, made).make();
  } catch (const json::exception& error) {
    throw tool_error("netlist of " + module + ": cannot be read: " + error.what());
  }
  return made;
}

std::vector<int> evaluation_order(const gate_netlist& netlist) {
  std::vector<int> order, waiting(netlist.cells.size(), 0);
  const auto depends = [&](const gate_cell& cell) { return !cell.of->state.has_value(); };
  for (size_t c = 0; c < netlist.cells.size(); ++c) {
    const gate_cell& cell = netlist.cells[c];
    if (!depends(cell)) continue;
    for (size_t p = 0; p < cell.nets.size(); ++p) {
      if (cell.of->pins[p].is_output) continue;
      const gate_pin driver = netlist.nets[static_cast<size_t>(cell.nets[p])].driver;
      waiting[c] += driver.cell >= 0 && depends(netlist.cells[static_cast<size_t>(driver.cell)]);
    }
    if (waiting[c] == 0) order.push_back(static_cast<int>(c));
  }
  for (size_t at = 0; at < order.size(); ++at) {
    const gate_cell& cell = netlist.cells[static_cast<size_t>(order[at])];
    for (size_t p = 0; p < cell.nets.size(); ++p) {
      if (!cell.of->pins[p].is_output || cell.nets[p] < 0) continue;
      for (const gate_pin& load : netlist.nets[static_cast<size_t>(cell.nets[p])].loads)
        if (depends(netlist.cells[static_cast<size_t>(load.cell)]) &&
            --waiting[static_cast<size_t>(load.cell)] == 0)
          order.push_back(load.cell);
    }
  }
  if (order.size() + netlist.registers != netlist.cells.size())
    throw tool_error("netlist of " + netlist.module + ": a loop without register");
  return order;
}

std::string netlist_verilog(const gate_netlist& netlist) {
  std::string ports, body;
  const auto net_name = [](int net) { return fmt::format("w{}", net); };
  const auto add_ports = [&](const std::map<std::string, std::vector<int>>& list, const char* direction) {
    for (const auto& [name, nets] : list)
      for (size_t i = 0; i < nets.size(); ++i) {
        const std::string port = fmt::format("{}_{}", name, i);
        ports += (ports.empty() ? "" : ", ") + port;
        body += fmt::format("  {} {};\n", direction, port);
        body += direction[0] == 'i' ? fmt::format("  assign {} = {};\n", net_name(nets[i]), port)
                                    : fmt::format("  assign {} = {};\n", port, net_name(nets[i]));
      }
  };
  add_ports(netlist.inputs, "input");
  add_ports(netlist.outputs, "output");
  for (size_t n = 0; n < netlist.nets.size(); ++n) {
    body += fmt::format("  wire w{};\n", n);
    if (netlist.nets[n].tied >= 0) body += fmt::format("  assign w{} = 1'b{};\n", n, netlist.nets[n].tied);
  }
  for (const gate_cell& cell : netlist.cells) {
    std::string pins;
    for (size_t p = 0; p < cell.nets.size(); ++p)
      if (cell.nets[p] >= 0)
        pins +=
            fmt::format("{}.{}({})", pins.empty() ? "" : ", ", cell.of->pins[p].name, net_name(cell.nets[p]));
    body += fmt::format("  {} {} ({});\n", cell.of->name, cell.name, pins);
  }
  return fmt::format("module {} ({});\n{}endmodule\n", netlist.module, ports, body);
}

}  // namespace scansim
