// Small netlists as Yosys writes them, by hand: ports and cells over numbered nets.
#pragma once
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "host/energy/gate_netlist.h"
#include "tests/support/places.h"

namespace scansim::test {

inline std::string toy_library_text() {
  std::ifstream stream(source_dir() + "/tests/host/energy/toy.lib");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class toy_netlist {
 public:
  toy_netlist& input(const std::string& name, std::vector<int> bits) { return port(name, "input", bits); }
  toy_netlist& output(const std::string& name, std::vector<int> bits) { return port(name, "output", bits); }
  toy_netlist& cell(const std::string& type, std::initializer_list<std::pair<std::string, int>> pins) {
    return cell_of(type, {pins.begin(), pins.end()});
  }
  toy_netlist& cell_of(const std::string& type, const std::vector<std::pair<std::string, int>>& pins) {
    nlohmann::json connections = nlohmann::json::object();
    for (const auto& [pin, net] : pins) connections[pin] = {net};
    cells_["c" + std::to_string(cells_.size())] = {{"type", type}, {"connections", connections}};
    return *this;
  }
  std::string text() const {
    return nlohmann::json({{"creator", "by hand"},
                           {"modules",
                            {{"toy",
                              {{"attributes", {{"top", "1"}}},
                               {"ports", ports_},
                               {"cells", cells_},
                               {"netnames", nlohmann::json::object()}}}}}})
        .dump();
  }
  gate_netlist make(const liberty_library& library) const {
    return netlist_from_json(text(), "toy", library);
  }

 private:
  toy_netlist& port(const std::string& name, const char* direction, const std::vector<int>& bits) {
    ports_[name] = {{"direction", direction}, {"bits", bits}};
    return *this;
  }
  nlohmann::json ports_ = nlohmann::json::object(), cells_ = nlohmann::json::object();
};

}  // namespace scansim::test
