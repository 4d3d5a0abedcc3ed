// A count out of a JSON object of this folder's files. Errors: input_error naming file and field.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

inline int64_t count_field(const nlohmann::json& object, const std::string& key, const std::string& file,
                           const std::string& field) {
  const bool there = object.is_object() && object.contains(key);
  if (!there || !object.at(key).is_number_unsigned())
    throw input_error(file, field + "." + key, "a count", there ? describe_json(object.at(key)) : "none");
  return object.at(key).get<int64_t>();
}

}  // namespace scansim
