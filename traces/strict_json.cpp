// The parser callback of nlohmann::json sees every key, opening and value before it is kept: that is where
// the rules that the library does not enforce are checked.
#include "traces/strict_json.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "traces/input_error.h"

namespace scansim {

using nlohmann::json;

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= 80) return out + "...";
    if (c >= 0x20 && c < 0x7f) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string describe_json(const json& value) {
  switch (value.type()) {
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return fmt::format("an array of {}", value.size());
    case json::value_t::string:
      return fmt::format("\"{}\"", printable(value.get_ref<const std::string&>()));
    default:
      return value.dump();
  }
}

namespace {

class strict_rules {
 public:
  strict_rules(const std::string& file, const std::string& field, const json_limits& limits)
      : file_(file), field_(field), limits_(limits) {}

  bool accept(json::parse_event_t event, json& parsed) {
    using kind = json::parse_event_t;
    if (event == kind::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second)
        fail("each key once", fmt::format("\"{}\" twice", printable(key)));
    } else if (event == kind::object_start || event == kind::array_start) {
      keys_.emplace_back();  // arrays push an empty set too, so that the stack is the depth
      if (keys_.size() > limits_.depth) fail(fmt::format("at most {} nested levels", limits_.depth), "more");
      count();
    } else if (event == kind::object_end || event == kind::array_end) {
      keys_.pop_back();
    } else {
      count();
    }
    return true;
  }

 private:
  void count() {
    if (++values_ > limits_.values) fail(fmt::format("at most {} JSON values", limits_.values), "more");
  }
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw input_error(file_, field_, expected, found);
  }

  const std::string& file_;
  const std::string& field_;
  const json_limits& limits_;
  std::vector<std::set<std::string>> keys_;
  size_t values_ = 0;
};

}  // namespace

json parse_json_strict(std::string_view text, const std::string& file, const std::string& field,
                       const json_limits& limits) {
  // The library takes a NUL for the end of the text; JSON has none anywhere.
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos)
    throw input_error(file, field, "JSON", fmt::format("a NUL at byte {}", nul + 1));
  strict_rules rules(file, field, limits);
  const json::parser_callback_t callback = [&rules](int, json::parse_event_t event, json& parsed) {
    return rules.accept(event, parsed);
  };
  try {
    return json::parse(text.begin(), text.end(), callback);
  } catch (const json::parse_error& error) {
    const bool encoding = std::string_view(error.what()).find("ill-formed UTF-8") != std::string_view::npos;
    throw input_error(
        file, field, encoding ? "valid UTF-8" : "JSON",
        fmt::format("{} at byte {}", encoding ? "an ill-formed sequence" : "a syntax error", error.byte));
  } catch (const json::exception& error) {  // for example a number outside the range of double
    throw input_error(file, field, "JSON", printable(error.what()));
  }
}

}  // namespace scansim
