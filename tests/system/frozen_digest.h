// Digests of JSON values that do not depend on the machine, and the set of keys of a JSON value with types.
// Contract: keys are "a.b[].c:type", sorted; a digest covers only the leaves whose key is in the set that it
// is given, so that a value with more keys has the digest of the old one. Floating-point numbers count with
// `digits` significant digits, integers and texts whole.
#pragma once
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace scansim::test {

using key_set = std::set<std::string>;

key_set keys_of(const nlohmann::json& value);
std::string digest(const nlohmann::json& value, const key_set& counted, int digits);
std::string digest(const nlohmann::json& value, int digits);
// The first 16 digits of the SHA-256.
std::string digest(const std::string& text);

}  // namespace scansim::test
