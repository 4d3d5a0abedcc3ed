#include "traces/calls/call_option.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "traces/metadata_reader.h"

namespace scansim {

using nlohmann::json;

namespace {

std::string quoted(const std::vector<std::string>& names) {
  return fmt::format("`\"{}\"`", fmt::join(names, "\"` or `\""));
}

}  // namespace

call_option bool_option(const char* key, bool& value, std::optional<bool> fallback, option_written written,
                        const char* range) {
  const bool usual = fallback.value_or(false);
  return {key, range,
          !fallback ? "required"
          : usual   ? "true"
                    : "false",
          [=, &value](const metadata_reader& reader) { value = reader.read_bool(key, fallback); },
          [=, &value] { return written == option_written::always || value != usual ? json(value) : json(); }};
}

call_option choice_option(const char* key, const std::vector<std::string>& names, std::function<size_t()> get,
                          std::function<void(size_t)> set, option_written written) {
  return {key, quoted(names), fmt::format("`\"{}\"`", names[0]),
          [=](const metadata_reader& reader) { set(reader.read_choice(key, names, 0)); },
          [=] {
            const bool left_out = written == option_written::unless_default && get() == 0;
            return left_out ? json() : json(names[get()]);
          }};
}

call_option pattern_option(const char* key, nm_pattern& value, option_written written, const char* range) {
  return {key, range, written == option_written::always ? "`\"dense\"`" : "every one",
          [=, &value](const metadata_reader& reader) {
            value = {};
            const json* given = reader.find(key);
            if (given == nullptr || *given == "dense") return;
            if (!given->is_string()) reader.fail(key, "\"dense\" or a string such as \"2:4\"", given);
            value = reader.parse_pattern(key);
          },
          [=, &value] {
            const bool left_out = written == option_written::unless_default && value.dense();
            return left_out ? json() : json(sparsity_text(value));
          }};
}

call_option eps_option(double& value) {
  return {"eps", "a number > 0, at most 1e6", "required",
          [&value](const metadata_reader& reader) {
            const json* eps = reader.find("eps");
            const bool valid = eps != nullptr && eps->is_number() && std::isfinite(eps->get<double>()) &&
                               eps->get<double>() > 0 && eps->get<double>() <= max_norm_eps;
            if (!valid) reader.fail("eps", "a number > 0, at most 1e6", eps);
            value = eps->get<double>();
          },
          [&value] { return json(value); }};
}

call_option weight_format_option(int& bits, option_written written) {
  return choice_option(
      "weight_format", weight_format_names(), [&bits] { return size_t{bits == 8 ? 0U : 1U}; },
      [&bits](size_t format) { bits = weight_bits_of(format); }, written);
}

const std::vector<std::string>& weight_format_names() {
  static const std::vector<std::string> names = {"int8", "w4g128"};
  return names;
}

std::string sparsity_text(const nm_pattern& pattern) {
  return pattern.dense() ? "dense" : to_string(pattern);
}

}  // namespace scansim
