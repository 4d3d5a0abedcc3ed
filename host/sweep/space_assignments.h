// Assignments of values to the parameters of a sweep's space: conditional ones only where their condition
// holds, derived and mapped ones computed. Contract: in the order of the space; the same spec gives the same
// assignments. Errors of the file itself: input_error.
#pragma once
#include <functional>

#include "host/sweep/sweep_spec.h"

namespace scansim {

using assignment = std::vector<std::pair<std::string, sweep_value>>;

class space_assignments {
 public:
  explicit space_assignments(const sweep_spec& spec);

  // Every one, the last parameter fastest; input_error: more than 5,000,000.
  void for_each(const std::function<void(const assignment&)>& take) const;
  // (number of the parameter in the space, values it has here) -> which of them
  using picker = std::function<size_t(size_t parameter, size_t count)>;
  assignment picked(const picker& pick) const;
  // Sampled parameters from the row, else the first value.
  assignment of_row(const assignment& row) const;

  // The first constraint on parameters that does not hold; nullptr: all do.
  const expression* broken_rule(const assignment& one) const;

 private:
  sweep_value current(const assignment& so_far, const std::string& name) const;
  name_lookup lookup(const assignment& so_far) const;
  std::vector<sweep_value> choices(const sweep_parameter& parameter, const assignment& so_far) const;
  void enumerate(size_t at, const assignment& so_far, uint64_t& count,
                 const std::function<void(const assignment&)>& take) const;

  const sweep_spec& spec_;
  const nlohmann::json base_;
};

}  // namespace scansim
