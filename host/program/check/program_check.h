// The host's check of a program's lists of descriptors before a machine gets them: what the machine itself
// would refuse (sim/PROGRAM.md, section 6), and what would hang it or make results depend on time:
//   memory_check      addresses outside the image, a list that the program rewrites, loads of what is still
//                     being stored, a scan's results over its operands
//   parameter_check   rows that nobody loaded, loads that may still be under way when they must be over
//   stream_check      x slots, to_z gemms and their scans, the side that fills the z buffer, kept states
//   set_check         rows of a walk with sets beyond its tensors, its lists rewritten, its results over
//   operands scratch_check     words outside, never written, read without a fence, overwritten while read
// Errors: input_error naming the descriptor's number and the field; descriptors are counted through all runs.
// Contract: what one run left in memory is there for the next; what it left on chip is not.
#pragma once
#include "host/program/program.h"
#include "models/configs/design_point.h"

namespace scansim {

void check_program(const design_point& point, const program& p);

}  // namespace scansim
