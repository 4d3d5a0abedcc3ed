#include "host/cli/work_part.h"

#include "host/cli/option_checks.h"
#include "traces/input_error.h"

namespace scansim {

sweep_part part_in(const std::string& text) {
  const size_t slash = text.find('/');
  const std::string index = text.substr(0, slash),
                    of = slash == std::string::npos ? "" : text.substr(slash + 1);
  if (whole_number<uint32_t>(index).empty() && whole_number<uint32_t>(of).empty()) {
    const uint64_t i = std::stoull(index), n = std::stoull(of);
    if (i >= 1 && i <= n) return {i - 1, n};
  }
  throw input_error("command line", "--shard", "i/n, from 1/n to n/n", "'" + text + "'");
}

}  // namespace scansim
