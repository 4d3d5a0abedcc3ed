// The cost tables of a sweep's points: each is read once, however many points share it.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "models/configs/design_point.h"
#include "models/energy/cost_table.h"

namespace scansim {

class point_costs {
 public:
  const cost_table& of(const design_point& point);  // input_error as load_costs

 private:
  std::map<std::pair<std::string, std::string>, cost_table> tables_;  // by technology and memory model
};

}  // namespace scansim
