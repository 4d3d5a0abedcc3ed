// An option that takes a list: comma separated, several words, or both. Contract: what is between two commas
// is a value, so a name that somebody forgot ("ref,,hls", "ref,") is refused; CLI11's own delimiter drops it
// and runs something else.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace scansim {

// What is wrong with a value; "" is nothing.
using value_check = std::function<std::string(const std::string&)>;

CLI::Option* add_list_option(CLI::App& app, const std::string& name, std::vector<std::string>& list,
                             const std::string& help, const value_check& check = nullptr);

}  // namespace scansim
