#include "host/regress/stimulus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/sweep/spec_fields.h"

namespace scansim {
namespace {

using part = std::shared_ptr<const stimulus>;

int64_t whole(const sweep_value& value, const std::string& file, const std::string& field) {
  const double* number = std::get_if<double>(&value);
  if (number == nullptr || *number != std::floor(*number) || std::abs(*number) > 1e15)
    throw input_error(file, field, "a whole number", text_of(value));
  return static_cast<int64_t>(*number);
}

class fixed_value : public stimulus {
 public:
  explicit fixed_value(sweep_value value) : value_(std::move(value)) {}
  std::optional<sweep_value> draw(random_source&, const name_lookup&) const override { return value_; }

 private:
  sweep_value value_;
};

class computed_value : public stimulus {
 public:
  computed_value(const std::string& text, const std::string& file, const std::string& field)
      : value_(text, file, field), file_(file), field_(field) {}
  std::optional<sweep_value> draw(random_source&, const name_lookup& lookup) const override {
    return static_cast<double>(whole(value_.value(lookup), file_, field_));
  }

 private:
  expression value_;
  std::string file_, field_;
};

class coin_value : public stimulus {
 public:
  std::optional<sweep_value> draw(random_source& random, const name_lookup&) const override {
    return sweep_value(drawn_below(random, 2) == 0 ? "false" : "true");
  }
};

class range_value : public stimulus {
 public:
  range_value(const std::string& first, const std::string& last, const std::string& file,
              const std::string& field)
      : first_(first, file, field), last_(last, file, field), file_(file), field_(field) {}
  std::optional<sweep_value> draw(random_source& random, const name_lookup& lookup) const override {
    const int64_t first = whole(first_.value(lookup), file_, field_),
                  last = whole(last_.value(lookup), file_, field_);
    if (last < first)
      throw input_error(file_, field_, fmt::format("a last number of at least {}", first),
                        fmt::format("{}", last));
    return static_cast<double>(
        first + static_cast<int64_t>(drawn_below(random, static_cast<uint64_t>(last - first) + 1)));
  }

 private:
  expression first_, last_;
  std::string file_, field_;
};

// By weight; weights of 1 for a list.
class choice_value : public stimulus {
 public:
  explicit choice_value(std::vector<std::pair<part, uint64_t>> parts) : parts_(std::move(parts)) {
    for (const auto& [one, weight] : parts_) all_ += weight;
  }
  std::optional<sweep_value> draw(random_source& random, const name_lookup& lookup) const override {
    uint64_t at = drawn_below(random, all_);
    for (const auto& [one, weight] : parts_) {
      if (at < weight) return one->draw(random, lookup);
      at -= weight;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::pair<part, uint64_t>> parts_;
  uint64_t all_ = 0;
};

class near_value : public stimulus {
 public:
  near_value(part centre, uint64_t by, std::string file, std::string field)
      : centre_(std::move(centre)), by_(by), file_(std::move(file)), field_(std::move(field)) {}
  std::optional<sweep_value> draw(random_source& random, const name_lookup& lookup) const override {
    const std::optional<sweep_value> centre = centre_->draw(random, lookup);
    const auto away = static_cast<int64_t>(drawn_below(random, 2 * by_ + 1)) - static_cast<int64_t>(by_);
    return static_cast<double>(
        std::max<int64_t>(1, whole(centre.value_or(sweep_value(1.0)), file_, field_) + away));
  }

 private:
  part centre_;
  uint64_t by_;
  std::string file_, field_;
};

class conditional_value : public stimulus {
 public:
  conditional_value(part value, expression when) : value_(std::move(value)), when_(std::move(when)) {}
  std::optional<sweep_value> draw(random_source& random, const name_lookup& lookup) const override {
    if (!when_.holds(lookup)) return std::nullopt;
    return value_->draw(random, lookup);
  }

 private:
  part value_;
  expression when_;
};

class stimulus_reader : private spec_fields {
 public:
  stimulus_reader(const std::string& file, call_key form) : spec_fields(file), form_(form) {}

  part read(const YAML::Node& node, const std::string& field) const {
    if (node.IsDefined() && node.IsSequence()) return read_list(node, field);
    if (node.IsDefined() && node.IsMap()) return read_rule(node, field);
    return read_scalar(scalar(node, field), field);
  }

 private:
  bool is_number() const { return form_ == call_key::integer; }

  part read_scalar(const std::string& text, const std::string& field) const {
    const bool yes_or_no = form_ == call_key::toggle || form_ == call_key::program;
    if (yes_or_no && text == "coin") return std::make_shared<coin_value>();
    if (yes_or_no && text != "true" && text != "false")
      refuse(field, "true, false or coin", "'" + text + "'");
    if (!is_number()) return std::make_shared<fixed_value>(text);
    if (const size_t dots = text.find(".."); dots != std::string::npos)
      return std::make_shared<range_value>(text.substr(0, dots), text.substr(dots + 2), file(), field);
    return std::make_shared<computed_value>(text, file(), field);
  }

  part read_list(const YAML::Node& node, const std::string& field) const {
    std::vector<std::pair<part, uint64_t>> parts;
    for (const YAML::Node& one : node) parts.emplace_back(read(one, field), 1);
    if (parts.empty()) refuse(field, "at least one value", "an empty list");
    return std::make_shared<choice_value>(std::move(parts));
  }

  part read_rule(const YAML::Node& node, const std::string& field) const {
    only_keys(node, field + ".", {"dist", "around", "by", "value", "when"});
    const auto has = [&](const char* key) { return node[key].IsDefined(); };
    if (has("dist") && node.size() == 1) return read_weights(node["dist"], field + ".dist");
    if (has("around") && node.size() == (has("by") ? 2 : 1)) {
      if (!is_number()) refuse(field, "values without around: the key takes no number", "around");
      const uint64_t by = has("by") ? counted(node["by"], field + ".by", 0, 1000) : 1;
      return std::make_shared<near_value>(read(node["around"], field + ".around"), by, file(), field);
    }
    if (has("value") && has("when") && node.size() == 2)
      return std::make_shared<conditional_value>(
          read(node["value"], field + ".value"),
          expression(scalar(node["when"], field + ".when"), file(), field + ".when"));
    refuse(field, "dist, or around (and by), or value and when", "something else");
  }

  part read_weights(const YAML::Node& node, const std::string& field) const {
    if (!node.IsSequence() || node.size() == 0) refuse(field, "a list of [value, weight]", "no list");
    std::vector<std::pair<part, uint64_t>> parts;
    for (const YAML::Node& one : node) {
      if (!one.IsSequence() || one.size() != 2) refuse(field, "[value, weight]", "something else");
      parts.emplace_back(read(one[0], field), counted(one[1], field, 1, 1000000));
    }
    return std::make_shared<choice_value>(std::move(parts));
  }

  call_key form_;
};

}  // namespace

part read_stimulus(const YAML::Node& node, call_key form, const std::string& file, const std::string& field) {
  return stimulus_reader(file, form).read(node, field);
}

}  // namespace scansim
