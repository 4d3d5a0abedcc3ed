// The rules of sim/PROGRAM.md, section 6, for descriptors of the units, each broken by one step or just kept.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/top/unit_lists.h"

namespace scansim::test {

struct rule {
  std::string name;
  csr::error_code code;  // none: at the limit, still legal
  std::function<descriptor_image(unit_lists&)> make;
};

std::vector<rule> unit_rules();
// What the host's check says of a descriptor of the units or of a local scan.
csr::error_code code_of(const descriptor_image& image, const machine_shape& shape);

}  // namespace scansim::test
