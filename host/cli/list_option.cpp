#include "host/cli/list_option.h"

#include "traces/list_text.h"

namespace scansim {

CLI::Option* add_list_option(CLI::App& app, const std::string& name, std::vector<std::string>& list,
                             const std::string& help, const value_check& check) {
  const auto take = [&list, name, check](const std::vector<std::string>& words) {
    list.clear();
    for (const std::string& word : words)
      for (const std::string& one : list_in(word, ',')) {
        if (one.empty())
          throw CLI::ValidationError(name, "expected a value between commas, found none in '" + word + "'");
        if (const std::string wrong = check ? check(one) : ""; !wrong.empty())
          throw CLI::ValidationError(name, wrong);
        list.push_back(one);
      }
  };
  return app.add_option_function<std::vector<std::string>>(name, take, help);
}

}  // namespace scansim
