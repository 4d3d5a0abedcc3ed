// The harness of a library with checks: one of the others, and what rtl/check tells of bins. They belong to
// the library: what a machine of it hits, any machine of it has hit. SCANSIM_RTL_SHOWN: it is for timelines
// too.
#ifdef SCANSIM_RTL_SHOWN
#include "rtl_activity_harness.cpp"
#else
#include "rtl_harness.cpp"
#endif
#include <map>
#include <mutex>

#include "rtl_bins_abi.h"

namespace {

struct rtl_bins {
  std::mutex lock;
  std::map<std::string, bool> hit;
};
rtl_bins& bins() {
  static rtl_bins all;
  return all;
}

}  // namespace

extern "C" {

void scansim_rtl_bin(const char* group, const char* place, const char* state, int seen) {
  const std::lock_guard<std::mutex> held(bins().lock);
  bool& hit = bins().hit[std::string(group) + "/" + place + "." + state];
  hit = hit || seen != 0;
}

SCANSIM_EXPORT void scansim_rtl_each_bin(scansim_rtl_bin_visitor* visit, void* to) {
  const std::lock_guard<std::mutex> held(bins().lock);
  for (const auto& [bin, hit] : bins().hit) visit(to, bin.c_str(), hit ? 1 : 0);
}

}  // extern "C"
