#include "host/energy/liberty_groups.h"

#include <cctype>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

struct liberty_token {
  std::string text;  // empty: the end
  bool quoted = false;
  int line = 0;
  bool is(char c) const { return !quoted && text.size() == 1 && text[0] == c; }
};

class liberty_scanner {
 public:
  liberty_scanner(const std::string& text, const std::string& file) : text_(text), file_(file) { next(); }

  const liberty_token& now() const { return now_; }
  liberty_token take() {
    liberty_token token = std::move(now_);
    next();
    return token;
  }
  void expect(char c) {
    if (!now_.is(c)) fail(std::string("'") + c + "'");
    next();
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw input_error(file_, "line " + std::to_string(now_.line), expected,
                      now_.text.empty() ? "the end" : "\"" + printable(now_.text) + "\"");
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (std::isspace(static_cast<unsigned char>(c)) || c == '\\') {
        ++at_;
      } else if (text_.compare(at_, 2, "/*") == 0) {
        const size_t end = text_.find("*/", at_ + 2);
        const size_t stop = end == std::string::npos ? text_.size() : end + 2;
        for (; at_ < stop; ++at_) line_ += text_[at_] == '\n';
      } else {
        return;
      }
    }
  }
  void next() {
    skip_blanks();
    now_ = {"", false, line_};
    if (at_ >= text_.size()) return;
    if (text_[at_] == '"') {
      now_.quoted = true;
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        line_ += text_[at_] == '\n';
        now_.text += text_[at_];
      }
      if (at_ >= text_.size()) fail("a closing quote");
      ++at_;
      if (now_.text.empty()) now_.text = " ";
      return;
    }
    static const std::string marks = "(){}:;,";
    if (marks.find(text_[at_]) != std::string::npos) {
      now_.text = text_[at_++];
      return;
    }
    while (at_ < text_.size() && !std::isspace(static_cast<unsigned char>(text_[at_])) &&
           marks.find(text_[at_]) == std::string::npos && text_[at_] != '"')
      now_.text += text_[at_++];
  }

  const std::string& text_;
  const std::string& file_;
  size_t at_ = 0;
  int line_ = 1;
  liberty_token now_;
};

void parse_body(liberty_scanner& scanner, liberty_group& group);

// Behind its name: an attribute, or a group of the one around it.
void parse_statement(liberty_scanner& scanner, liberty_group& around) {
  const liberty_token name = scanner.take();
  if (scanner.now().is(':')) {
    scanner.take();
    std::string value;
    while (!scanner.now().is(';') && !scanner.now().is('}') && !scanner.now().text.empty())
      value += (value.empty() ? "" : " ") + scanner.take().text;
    if (scanner.now().is(';')) scanner.take();
    around.attributes.push_back({name.text, {value}});
    return;
  }
  scanner.expect('(');
  std::vector<std::string> values;
  while (!scanner.now().is(')')) {
    if (scanner.now().text.empty()) scanner.fail("')'");
    if (scanner.now().is(','))
      scanner.take();
    else
      values.push_back(scanner.take().text);
  }
  scanner.take();
  if (scanner.now().is('{')) {
    liberty_group inner{name.text, std::move(values), name.line, {}, {}};
    scanner.take();
    parse_body(scanner, inner);
    around.groups.push_back(std::move(inner));
    return;
  }
  if (scanner.now().is(';')) scanner.take();
  around.attributes.push_back({name.text, std::move(values)});
}

void parse_body(liberty_scanner& scanner, liberty_group& group) {
  while (!scanner.now().is('}')) {
    if (scanner.now().text.empty()) scanner.fail("'}'");
    if (scanner.now().is(';'))
      scanner.take();
    else
      parse_statement(scanner, group);
  }
  scanner.take();
}

}  // namespace

std::string liberty_group::value(const std::string& attribute) const {
  const std::vector<std::string>* found = values(attribute);
  return found == nullptr || found->empty() ? "" : found->front();
}

const std::vector<std::string>* liberty_group::values(const std::string& attribute) const {
  for (const auto& [name, list] : attributes)
    if (name == attribute) return &list;
  return nullptr;
}

const liberty_group* liberty_group::first(const std::string& of_kind) const {
  for (const liberty_group& group : groups)
    if (group.kind == of_kind) return &group;
  return nullptr;
}

liberty_group parse_liberty(const std::string& text, const std::string& file) {
  liberty_scanner scanner(text, file);
  liberty_group whole;
  if (scanner.now().text != "library") scanner.fail("\"library\"");
  parse_statement(scanner, whole);
  if (whole.groups.empty()) scanner.fail("a library with cells");
  return std::move(whole.groups.front());
}

}  // namespace scansim
