// What a verified machine has been seen to do, as bins: each is hit by a run or is not. They follow from the
// tables of the machine's map (hls/map/), the rules that refuse a descriptor (sim/descriptor_check.h,
// sim/unit_check.h) and the memory models: a field, rule, counter or parameter that is added there has bins
// here. Contract: a bin is named "<group>/<name>", the same on every design point; the list is sorted within
// a group and has each name once.
//   descriptor_cross  values of each field of each opcode, and the combinations that change what a unit does
//   illegal           each error code of each opcode, first, in the middle and last in a list
//   list              lengths, opcodes behind each other, fences, starts behind each other
//   stall_states      each block busy, waiting for input, for output, idle
//   arithmetic        each counter of saturations
//   events            each counter of work and traffic
//   design_point      each value of each parameter
//   design_pair       values of every two parameters on one machine
//   axi               lengths of bursts, open reads, responses, stalls, and what the memory models count
// Two groups are told by the machine itself, where it is built with checks (rtl/check): a run has them or
// not.
//   queues            each queue of the machine: empty again, one place free, full, wrap; each set of
//   credits:
//                     none free, one free, all free again
//   segments          each segment of each piecewise-linear table, both ends of its argument
// What a bin means stands with its names: descriptor_bins.h and its siblings.
#pragma once
#include <set>
#include <string>
#include <vector>

namespace scansim {

using bin_set = std::set<std::string>;

struct bin_group {
  std::string name;
  bin_set bins;  // whole names
};

std::vector<bin_group> bin_model();
inline const std::vector<std::string> inside_groups = {"queues", "segments"};

}  // namespace scansim
