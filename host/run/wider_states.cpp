#include "host/run/wider_states.h"

#include <fmt/format.h>

#include "host/program/program_driver.h"
#include "sim/rungs/device.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int wider_by[] = {1, 2, 3, 4, 8};

}  // namespace

std::optional<wider_states> try_wider_states(const design_point& point, const case_at_point& call,
                                             const std::vector<named_reals>& reference) {
  std::optional<wider_states> tried;
  for (const int more : wider_by) {
    design_point wider = point;
    wider.state_bits += more;
    if (machine_fault(wider, wider.name)) break;  // that there is none of: too wide, or with units
    try {
      const std::unique_ptr<operator_case> one = call(wider);
      const program_result ran = run_program(*make_hls_device(wider), one->compiled({}), wider);
      const bound_verdict found = one->judge(ran.outputs, reference);
      tried = {wider.state_bits, found.agree, found.scan};
    } catch (const input_error&) {  // what the machine cannot hold at this width
      break;
    }
    if (tried->agree) break;
  }
  return tried;
}

std::string state_width_text(int state_bits, const wider_states& tried) {
  const std::string at = tried.scan_mse ? fmt::format(", the scan alone at {:.2g}", *tried.scan_mse) : "";
  if (tried.agree)
    return fmt::format("; the {} bits of its states limit it: with state_bits {} every bar is kept{}",
                       state_bits, tried.bits, at);
  return fmt::format(
      "; the {} bits of its states are not all that limits it: not with state_bits {} either{}", state_bits,
      tried.bits, at);
}

}  // namespace scansim
