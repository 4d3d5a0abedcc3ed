// Units as Nsight Compute and Nsight Systems write them, scaled to one canonical unit each: times to us;
// byte, byte/s (prefixes K, M, G, T are decimal, as the tools scale by 1000; KiB, MiB, GiB are binary);
// frequencies, cycle/second included, to hz; %; counted things (inst, cycle, sector, request, warp, thread,
// block, register, ...) as they are, also per one another ("register/thread", "Kbyte/block"). Spellings of
// all versions: ns, nsec, nsecond; s, second; Kbyte, KB. Unknown text gives nullopt: the caller names the
// column.
#pragma once
#include <optional>
#include <string>

namespace scansim {

struct ncu_unit {
  std::string name;  // canonical
  double factor = 1;
};

std::optional<ncu_unit> parse_ncu_unit(const std::string& text);

}  // namespace scansim
