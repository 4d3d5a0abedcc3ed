// Our energy of a state update, a multiply-accumulate and an exp at gate level (models/energy/gates/rows.csv,
// on the trace) in every technology that has a scale, beside what is published of other machines and of
// operators (models/energy/published.csv: figure, node, level, width, source, what differs). Contract: a
// ratio is given where level and node are ours alone; figures of another level stand beside, never in a
// ratio. A machine of which no energy of an operation is known has a row that says so. Errors: input_error
// naming file and line.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/energy/technology_scale.h"

namespace scansim {

struct own_energy {
  std::string quantity, unit, technology, node;
  double gates_pj = 0;  // at 180 nm, per operation
  energy_range pj;      // in the technology
};
struct published_energy {
  std::string machine, quantity, node, level, width, source, differs;
  std::optional<double> pj;
};
struct energy_comparison {
  std::vector<own_energy> own;
  std::vector<published_energy> published;
  // Ours, nominal, over the published; nullopt: another node or level, or no figure.
  std::optional<double> ratio(const published_energy& of) const;
};

energy_comparison compare_published();
std::string published_text(const energy_comparison& found);
nlohmann::json to_json(const energy_comparison& found);

}  // namespace scansim
