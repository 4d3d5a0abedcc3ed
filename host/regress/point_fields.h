// Names that rules of a plan may have: fields of one design point. `field` and `names` are for messages.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "host/sweep/expression.h"
#include "models/configs/design_point.h"

namespace scansim {

class point_fields {
 public:
  point_fields(const design_point& point, std::string file, std::string field,
               std::string names = "fields of a design point")
      : point_(to_json(point)), file_(std::move(file)), field_(std::move(field)), names_(std::move(names)) {}

  sweep_value operator()(const std::string& name) const {
    const auto found = point_.find(name);
    if (found == point_.end()) throw input_error(file_, field_, names_, "'" + name + "'");
    if (found->is_number()) return found->get<double>();
    return found->get<std::string>();
  }

 private:
  nlohmann::json point_;
  std::string file_, field_, names_;
};

}  // namespace scansim
