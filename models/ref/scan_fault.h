// A scan with a fault in it, to see whether a check would tell it from the right one:
//   deleted         C = 0: nothing but skip and gate is left of y
//   swapped         B and C exchanged
//   extra_softplus  dt = softplus(softplus(delta + delta_bias)), or one softplus where the call has none
// Contract: plant() changes what the fault is about and nothing else; every scan has all three. Channels do
// not know of one another, so a fault can be tried on some of them: some_rows() is a scan of the rows
// (sequence, channel) asked for, each a channel with B and C of its own, recorded outputs included.
#pragma once
#include <span>
#include <string>

#include "traces/scan_tensors.h"

namespace scansim {

enum class scan_fault { deleted, swapped, extra_softplus };

inline constexpr scan_fault scan_faults[] = {scan_fault::deleted, scan_fault::swapped,
                                             scan_fault::extra_softplus};

void plant(scan_fault fault, scan_tensors& tensors);

// As a message names it: "a deleted scan (C = 0)".
std::string text_of(scan_fault fault, bool has_softplus);

scan_tensors some_rows(const scan_tensors& tensors, std::span<const int64_t> rows);

}  // namespace scansim
