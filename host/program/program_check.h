// The host's check of a list of descriptors before a machine gets it: what the machine itself would refuse
// (sim/PROGRAM.md, section 6), and what would hang it or make results depend on time:
//   memory_check      addresses outside the image, a list that the program rewrites, loads of what is still
//                     being stored
//   parameter_check   rows that nobody loaded, loads that may still be under way when they must be over
//   stream_check      x slots, to_z gemms and their scans, the side that fills the z buffer, kept states
//   scratch_check     words outside, never written, read without a fence, overwritten while read
// Errors: input_error naming the descriptor's number and the field. Contract: local scans only; one run of
// the list.
#pragma once
#include <span>

#include "host/program/program.h"
#include "models/configs/design_point.h"

namespace scansim {

void check_program(const design_point& point, const std::string& name, std::span<const uint8_t> image,
                   uint64_t descriptor_address, uint32_t descriptor_count);
void check_program(const design_point& point, const program& p);

}  // namespace scansim
