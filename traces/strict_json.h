// JSON text -> nlohmann::json, strictly: no duplicate key at any level, bounded nesting, bounded number of
// values, valid UTF-8, no NUL, nothing after the value. Contract: any text either gives a value or throws
// input_error(file, field, ...); memory is bounded by the limits. Choose it for every JSON that a user hands
// over; plain json::parse silently keeps the last of two equal keys.
#pragma once
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace scansim {

struct json_limits {
  size_t depth = 16;        // nested arrays and objects; 1 is a flat object
  size_t values = 1000000;  // scalars, arrays and objects together
};

// `file` and `field` name the text in the error.
nlohmann::json parse_json_strict(std::string_view text, const std::string& file, const std::string& field,
                                 const json_limits& limits = {});

// `text` with everything outside printable ASCII as \xNN, cut after 80 characters: safe in a one-line
// message.
std::string printable(std::string_view text);

// "a string", "an object", ...: the kind of a JSON value for messages, with its text where that is short.
std::string describe_json(const nlohmann::json& value);

}  // namespace scansim
