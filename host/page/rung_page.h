// One rung of a result as its page has it (result_page.h).
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "host/gpu_profile/json_object.h"

namespace scansim {

// `trace`: as the page has it. Errors: input_error naming the field.
nlohmann::json rung_page(const std::string& name, const json_object& rung, const nlohmann::json& trace,
                         double clock_hz);

}  // namespace scansim
