// What must pair up between descriptors, or the machine hangs or mixes its words up: an input slot of the
// gemm that is loaded, used with its own sizes, and released before the next; the rows of a to_z gemm and the
// z jobs of the scans behind it, which may be several; one side that fills the z buffer, the scratch or the
// gemm; a scan that resumes what one before kept and none between wrote over, in the state memory or in the
// slot file; rows of A and {bias, D} behind each other, none of them left behind sets; parameters that are
// cleared while nothing waits for them.
#pragma once
#include <deque>
#include <optional>
#include <vector>

#include "hls/units/unit_descriptor.h"
#include "host/program/check/check_site.h"

namespace scansim {

class stream_check {
 public:
  explicit stream_check(const check_site& site) : site_(site) {}

  void params(const hls::params_descriptor& d, bool to_slot) const;  // to_slot: of weights or positions
  void gemm(const hls::gemm_descriptor& d);
  void scan(const hls::scan_descriptor& d);
  void scan_of_sets(const hls::scan_descriptor& d);
  void end() const;  // of the program
  bool z_pending() const { return !z_.empty(); }

 private:
  void take_z(const hls::scan_descriptor& d);
  void gate(const hls::scan_descriptor& d);
  void require_one_side(const hls::scan_descriptor& d);
  void parameter_rows(const hls::scan_descriptor& d);
  void states(const hls::scan_descriptor& d);

  const check_site& site_;
  std::optional<hls::gemm_descriptor> slot_;  // the open one's first command
  std::deque<int> z_;                         // tokens of each tile that a to_z gemm gives
  std::optional<bool> z_from_gemm_;           // in this run
  std::vector<hls::scan_descriptor> kept_;    // whose states lie in the state memory
  std::optional<hls::scan_descriptor> kept_in_slots_;
  int a_rows_ = 0, db_rows_ = 0;  // loaded
};

}  // namespace scansim
