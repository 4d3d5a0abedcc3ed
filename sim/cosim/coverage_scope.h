// Which places of the RTL a library that counts (rtl_kind::coverage) counts, as configuration for Verilator.
// Lines and branches: all but those of rtl/check and rtl/watch. Toggles, bit by bit: the ports of modules
// that have a handshake (a port named valid or ready) and handshakes between modules, up to toggle_width
// bits. Every signal of every instance would be ten times the code of the machine, most of it the arithmetic
// of one lane and state, which the leaf tests hold argument by argument; wide words are told by their
// handshake, and fields of descriptors by bins of their own (sim/bins).
#pragma once
#include <string>
#include <vector>

namespace scansim {

inline constexpr const char* coverage_scope_file = "rtl_coverage.vlt";
inline constexpr int toggle_width = 32;

// Of these sources, one module or package a file, its ports up to a line `);`.
std::string coverage_scope(const std::vector<std::string>& sources);

}  // namespace scansim
