// The tables of an operator's tensors and options as traces/README.md shows them, from the tables of its
// call. Contract: Markdown lines between the markers "<!-- call: NAME -->" and "<!-- /call -->"; a test holds
// the page to them and writes it when asked (tests/traces/call_page_test.cpp).
#pragma once
#include <string>

#include "traces/calls/call.h"

namespace scansim {

std::string call_tables(const call_kind& kind);

}  // namespace scansim
