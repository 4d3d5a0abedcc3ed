// The options of `scansim trace generate`, made of the generators' tables (traces/calls): a flag that several
// operators have is declared once, its text joined from theirs. Contract: an option that the chosen operator
// does not have is refused, never ignored.
#pragma once
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "traces/calls/call_list.h"

namespace scansim {

class generate_flags {
 public:
  explicit generate_flags(call_kinds kinds = call_list());

  // Declares --operator and every flag; borrows this object.
  void add_to(CLI::App& app);
  // Fills the chosen operator's generator with what was given. Throws input_error for another operator's
  // option, for a number beyond what the option takes and for one that the operator needs and does not have.
  void take(const CLI::App& app);
  const call_generator& chosen() const { return *generators_[chosen_]; }

 private:
  struct owner {
    size_t kind;
    generator_option option;
  };
  struct shared_flag {
    std::vector<owner> owners;
    int64_t integer = 0;
    double real = 0;
    std::string word;
    bool on = false;
  };

  std::string text_of(const shared_flag& flag) const;
  std::string names_of(const shared_flag& flag) const;
  void declare(CLI::App& app, const std::string& name, shared_flag& flag);
  void follow_shape(const CLI::App& app);
  void require_needed(const CLI::App& app) const;

  call_kinds kinds_;
  std::vector<std::unique_ptr<call_generator>> generators_;
  std::vector<std::string> order_;
  std::map<std::string, shared_flag> flags_;
  std::string operator_;
  size_t chosen_ = 0;
};

}  // namespace scansim
