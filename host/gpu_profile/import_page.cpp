#include "host/gpu_profile/import_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace scansim {
namespace {

auto device_key(const profile_device& device) {
  return std::tie(device.name, device.compute_capability, device.multiprocessors, device.memory_bytes,
                  device.l2_bytes, device.sm_clock_mhz, device.memory_clock_mhz);
}

// A mark inside a number is a group's, "(1,536, 1, 1)", where the separators have a blank behind them.
std::vector<int64_t> size_numbers(const std::string& text) {
  std::vector<int64_t> numbers;
  std::string digits;
  const bool spaced = text.find(", ") != std::string::npos;
  const auto end_number = [&] {
    int64_t value = 0;
    const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (!digits.empty() && failed == std::errc() && stop == digits.data() + digits.size())
      numbers.push_back(value);
    digits.clear();
  };
  for (size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    const bool group =
        spaced && (c == ',' || c == '.' || c == '\'') && k + 1 < text.size() && text[k + 1] != ' ';
    if (c >= '0' && c <= '9')
      digits += c;
    else if (group)
      continue;
    else if (c == ' ' || c == ',' || c == 'x' || c == '(' || c == ')')
      end_number();
    else
      return {};
  }
  end_number();
  return numbers;
}

}  // namespace

uint32_t text_numbers::add(const std::string& text) {
  const auto [place, added] = numbers_.emplace(text, static_cast<uint32_t>(texts_.size()));
  if (added) texts_.push_back(text);
  return place->second;
}

uint32_t import_page::add_device(const profile_device& device) {
  const auto same = std::find_if(devices.begin(), devices.end(), [&](const profile_device& one) {
    return device_key(one) == device_key(device);
  });
  if (same != devices.end()) return static_cast<uint32_t>(same - devices.begin());
  devices.push_back(device);
  return static_cast<uint32_t>(devices.size() - 1);
}

std::string launch_size(int64_t x, int64_t y, int64_t z) { return fmt::format("({}, {}, {})", x, y, z); }

std::string launch_size(const std::string& text) {
  const std::vector<int64_t> numbers = size_numbers(text);
  if (numbers.empty() || numbers.size() > 3) return text;
  return launch_size(numbers[0], numbers.size() > 1 ? numbers[1] : 1, numbers.size() > 2 ? numbers[2] : 1);
}

import_column registers_column(const std::string& name) {
  return {name,
          "launch__registers_per_thread",
          "constant of the launch",
          "register/thread",
          launch_sum::constant,
          false,
          {}};
}

import_column time_column(const std::string& name) {
  return {name, "time", "from begin to end on the device", "us", launch_sum::adds, true, {}};
}

}  // namespace scansim
