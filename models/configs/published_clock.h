// What is known of the clock of a design point. Nothing has timed the machine: clock_mhz is the user's
// assumption, and every time, rate, W and energy x delay follows from it, while energy alone hardly moves, so
// a search that may choose the clock chooses the highest. Contract: no number without a source; the highest
// clock that is published for an accelerator of scans bounds what is worth believing at any node, older or
// newer, and a remark says where a point is above it. It refuses nothing.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "models/configs/design_point.h"

namespace scansim {

struct published_clock {
  double mhz;
  int node_nm;
  const char* machine;
};

std::span<const published_clock> published_clocks();
double highest_published_mhz();

// One line without its end; empty where the clock is not above what is published.
std::string clock_remark(double clock_mhz);

// mhz, basis, highest_published_mhz, above_published and where they were published.
nlohmann::json clock_json(const design_point& point);

}  // namespace scansim
