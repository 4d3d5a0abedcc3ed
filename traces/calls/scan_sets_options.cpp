// The sets of a call in the metadata, and as words of a flag.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>

#include "traces/calls/call_option.h"
#include "traces/calls/scan_sets.h"
#include "traces/input_error.h"
#include "traces/list_text.h"
#include "traces/metadata_reader.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

using name_list = std::vector<std::string>;

const name_list tap_names = {"post", "pre"}, drive_names = {"dt", "plain"},
                gate_names = {"silu", "linear", "none"};

constexpr int64_t most_channels = int64_t{1} << 40, most_segment = int64_t{1} << 30;
constexpr int64_t most_rows = INT32_MAX;

// Keys of one object.
class set_reader {
 public:
  set_reader(const metadata_reader& reader, std::string key, const json& object)
      : reader_(reader), key_(std::move(key)), object_(object) {
    if (!object.is_object()) reader.fail(key_, "an object", &object);
  }
  void check_keys(const name_list& known) const {
    for (const auto& [key, value] : object_.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail(printable(key), fmt::format("one of the keys {}", fmt::join(known, ", ")), &value);
  }
  [[noreturn]] void fail(const std::string& key, const std::string& expected, const json* found) const {
    reader_.fail(key_ + "." + key, expected, found);
  }
  const json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }
  void take(const char* key, bool& value) const {
    const json* found = find(key);
    if (found == nullptr) return;
    if (!found->is_boolean()) fail(key, "true or false", found);
    value = found->get<bool>();
  }
  void take(const char* key, int64_t& value, int64_t low, int64_t high) const {
    if (const json* found = find(key)) value = integer(key, *found, low, high);
  }
  template <class Choice>
  void take(const char* key, Choice& value, const name_list& choices) const {
    const json* found = find(key);
    if (found == nullptr) return;
    const auto at = found->is_string() ? std::find(choices.begin(), choices.end(), found->get<std::string>())
                                       : choices.end();
    if (at == choices.end()) fail(key, fmt::format("\"{}\"", fmt::join(choices, "\" or \"")), found);
    value = static_cast<Choice>(at - choices.begin());
  }
  void take(const char* key, std::string& value) const {
    const json* found = find(key);
    if (found == nullptr) return;
    if (!found->is_string()) fail(key, "a map's name", found);
    value = found->get<std::string>();
  }
  int64_t integer(const std::string& key, const json& value, int64_t low, int64_t high) const {
    const bool fits = value.is_number_integer() && value.get<double>() >= static_cast<double>(low) &&
                      value.get<double>() <= static_cast<double>(high);
    if (!fits) fail(key, fmt::format("an integer from {} to {}", low, high), &value);
    return value.get<int64_t>();
  }
  const metadata_reader& reader() const { return reader_; }
  std::string key(const char* inner) const { return key_ + "." + inner; }

 private:
  const metadata_reader& reader_;
  std::string key_;
  const json& object_;
};

void read_maps(const set_reader& from, set_maps& maps) {
  const json* given = from.find("map");
  if (given == nullptr) return;
  if (given->is_string()) {
    maps.u = maps.p = maps.out = given->get<std::string>();
    return;
  }
  const set_reader inner(from.reader(), from.key("map"), *given);
  inner.check_keys({"u", "p", "out"});
  inner.take("u", maps.u), inner.take("p", maps.p), inner.take("out", maps.out);
}

void read_channels(const set_reader& from, scan_set& set) {
  const json* given = from.find("channels");
  if (given == nullptr) return;
  if (!given->is_array() || given->size() != 2) from.fail("channels", "[first, count]", given);
  set.first_channel = from.integer("channels", (*given)[0], 0, most_channels);
  set.channels = from.integer("channels", (*given)[1], 1, most_channels);
}

scan_set read_set(const metadata_reader& reader, const std::string& key, const json& object) {
  const set_reader from(reader, key, object);
  from.check_keys({"map", "reverse", "segment", "tap", "drive", "gate", "channels", "final_state", "kind"});
  scan_set set;
  read_maps(from, set.maps);
  from.take("reverse", set.reverse);
  from.take("segment", set.segment, 0, most_segment);
  from.take("tap", set.tap, tap_names);
  from.take("drive", set.drive, drive_names);
  from.take("gate", set.gate, gate_names);
  from.take("final_state", set.final_state);
  read_channels(from, set);
  int kind = 0;
  from.take("kind", kind, {"s6"});
  return set;
}

json write_maps(const set_maps& maps) {
  if (maps.u == maps.p && maps.u == maps.out) return maps.u;
  return {{"u", maps.u}, {"p", maps.p}, {"out", maps.out}};
}

json write_set(const scan_set& set, int64_t channels) {
  json object = {
      {"map", write_maps(set.maps)}, {"gate", gate_names[static_cast<size_t>(set.gate)]}, {"kind", "s6"}};
  if (set.reverse) object["reverse"] = true;
  if (set.segment != 0) object["segment"] = set.segment;
  if (set.tap != set_tap::post) object["tap"] = tap_names[static_cast<size_t>(set.tap)];
  if (set.drive != set_drive::dt) object["drive"] = drive_names[static_cast<size_t>(set.drive)];
  if (!set.final_state) object["final_state"] = false;
  if (set.channels != 0 && set.channels != channels) object["channels"] = {set.first_channel, set.channels};
  return object;
}

call_option grid_option(scan_sets_call& c) {
  return {"grid", "`[H, W]`, H W = L, or a frame of it where a map interleaves", "`[1, L]`",
          [&c](const metadata_reader& reader) {
            const json* given = reader.find("grid");
            if (given == nullptr) return;
            if (!given->is_array() || given->size() != 2) reader.fail("grid", "[H, W]", given);
            for (size_t i = 0; i < 2; ++i) {
              const json& side = (*given)[i];
              const bool fits = side.is_number_integer() && side.get<double>() >= 1 &&
                                side.get<double>() <= static_cast<double>(most_rows);
              if (!fits) reader.fail(fmt::format("grid[{}]", i), "an integer from 1", &side);
              (i == 0 ? c.height : c.width) = side.get<int64_t>();
            }
          },
          [&c]() -> json {
            return c.height == 1 && c.width == c.length ? json() : json{c.height, c.width};
          }};
}

call_option sets_option(scan_sets_call& c) {
  return {"sets",
          fmt::format("1 to {} objects of `map` (a name, or `{{\"u\", \"p\", \"out\"}}`), `reverse`, "
                      "`segment`, `tap`, `drive`, `gate`, `channels`, `final_state`, `kind`",

                      max_scan_sets),
          "",
          [&c](const metadata_reader& reader) {
            const json* given = reader.find("sets");
            const std::string expected = fmt::format("a list of 1 to {} sets", max_scan_sets);
            if (given == nullptr || !given->is_array() || given->empty() || given->size() > max_scan_sets)
              reader.fail("sets", expected, given);
            for (size_t k = 0; k < given->size(); ++k)
              c.sets.push_back(read_set(reader, fmt::format("sets[{}]", k), (*given)[k]));
          },
          [&c] {
            json list = json::array();
            for (const scan_set& set : c.sets) list.push_back(write_set(set, c.channels));
            return list;
          }};
}

// One word of a flag's set.
class set_word {
 public:
  set_word(const std::string& word, const std::string& file, const std::string& field)
      : word_(word), file_(file), field_(field), value_(word.substr(word.find('=') + 1)) {}

  bool is(std::string_view key) const { return word_.substr(0, word_.find('=')) == key; }
  [[noreturn]] void refuse(const std::string& expected) const {
    throw input_error(file_, field_, expected, "\"" + printable(word_) + "\"");
  }
  int64_t integer(std::string_view text) const {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) refuse("a whole number");
    return number;
  }
  const std::string& value() const { return value_; }
  template <class Choice>
  void choose(Choice& choice, const name_list& choices) const {
    const auto at = std::find(choices.begin(), choices.end(), value_);
    if (at == choices.end()) refuse(fmt::format("one of {}", fmt::join(choices, ", ")));
    choice = static_cast<Choice>(at - choices.begin());
  }

 private:
  const std::string &word_, &file_, &field_;
  std::string value_;
};

void take_word(const set_word& word, scan_set& set) {
  if (word.is("reverse")) {
    set.reverse = true;
  } else if (word.is("segment")) {
    set.segment = word.integer(word.value());
  } else if (word.is("tap")) {
    word.choose(set.tap, tap_names);
  } else if (word.is("drive")) {
    word.choose(set.drive, drive_names);
  } else if (word.is("gate")) {
    word.choose(set.gate, gate_names);
  } else if (word.is("final_state")) {
    if (word.value() != "true" && word.value() != "false")
      word.refuse("final_state=true or final_state=false");
    set.final_state = word.value() == "true";
  } else if (word.is("channels")) {
    const size_t plus = word.value().find('+');
    if (plus == std::string::npos) word.refuse("channels=first+count");
    set.first_channel = word.integer(std::string_view(word.value()).substr(0, plus));
    set.channels = word.integer(std::string_view(word.value()).substr(plus + 1));
  } else {
    word.refuse(
        "reverse, segment=M, tap=post|pre, drive=dt|plain, gate=silu|linear|none, final_state=true|false or "
        "channels=first+count behind a map");
  }
}

// "map" or "u/p/out".
set_maps split_maps(const std::string& text, const std::string& file, const std::string& field) {
  const std::vector<std::string> parts = list_in(text, '/');
  if (parts.size() == 1) return {parts[0], parts[0], parts[0]};
  if (parts.size() != 3) throw input_error(file, field, "a map, or map_u/map_p/map_out", printable(text));
  return {parts[0], parts[1], parts[2]};
}

}  // namespace

std::vector<call_option> scan_sets_call::options() {
  using enum option_written;
  return {bool_option("delta_softplus", delta_softplus, std::nullopt, always,
                      "true or false: whether the call applies softplus to delta + delta_bias"),
          grid_option(*this),
          {"output_rows", "R, rows of y and z", "L",
           [this](const metadata_reader& reader) {
             output_rows = reader.read_integer("output_rows", 1, most_rows, 0);
           },
           [this] { return output_rows == length ? json() : json(output_rows); }},
          sets_option(*this)};
}

std::vector<scan_set> parse_sets(const std::string& text, const std::string& file, const std::string& field) {
  std::vector<scan_set> sets;
  for (const std::string& part : text.empty() ? std::vector<std::string>{} : list_in(text, ';')) {
    std::istringstream words(part);
    std::string word;
    if (!(words >> word)) throw input_error(file, field, "a map in every set", "an empty set");
    scan_set& set = sets.emplace_back();
    set.maps = split_maps(word, file, field);
    while (words >> word) take_word({word, file, field}, set);
  }
  if (sets.empty() || sets.size() > max_scan_sets)
    throw input_error(file, field, fmt::format("1 to {} sets, as \"raster; reverse:raster\"", max_scan_sets),
                      fmt::format("{}", sets.size()));
  return sets;
}

}  // namespace scansim
