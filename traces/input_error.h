// The two ways a run ends without a verdict. input_error: something the user gave is malformed (exit status
// 2); the message is one line "<file>: <field>: expected <expected>, found <found>". tool_error: a tool or
// the environment failed (exit status 3). Every reader in the project throws these and nothing else for such
// cases.
#pragma once
#include <stdexcept>
#include <string>

namespace scansim {

class input_error : public std::runtime_error {
 public:
  input_error(const std::string& file, const std::string& field, const std::string& expected,
              const std::string& found)
      : input_error(file, field + ": expected " + expected + ", found " + found) {}
  // `cause` told of the file that was given, where it was found in something made from that file.
  input_error(const std::string& file, const input_error& cause) : input_error(file, cause.finding_) {}

  // Whether `file` is what it names.
  bool names(const std::string& file) const { return file_ == file; }
  // The same with more to say in parentheses; "" says nothing.
  input_error explained(const std::string& why) const {
    return why.empty() ? *this : input_error(file_, finding_ + " (" + why + ")");
  }

 private:
  input_error(const std::string& file, const std::string& finding)
      : std::runtime_error(file + ": " + finding), file_(file), finding_(finding) {}

  std::string file_, finding_;
};

// What make() gives; an input_error of it is told of `file`: for what is made from nothing but that file.
template <class Make>
auto made_from(const std::string& file, const Make& make) {
  try {
    return make();
  } catch (const input_error& cause) {
    throw input_error(file, cause);
  }
}

class tool_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace scansim
