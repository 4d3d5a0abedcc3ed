// selective_scan: ref and the work; its machines' side is the harness's.
#include "host/operators/operator_rows.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/calls/selective_scan.h"

namespace scansim {

namespace {

const scan_tensors& tensors_in(const call& one) { return payload<selective_scan_call>(one).scan; }

least_work scan_work(const call& one) {
  const scan_tensors& t = tensors_in(one);
  const auto updates = static_cast<double>(one.state_updates());
  return {elements(t.u) + elements(t.delta) + elements(t.z) + elements(t.b) + elements(t.c) + elements(t.a) +
              elements(t.d) + elements(t.delta_bias) + elements(t.h0) + elements(t.u),
          updates, 6 * updates};
}

}  // namespace

const operator_row selective_scan_row = {
    .kind = &selective_scan_kind,
    .ref =
        [](const call& one) {
          scan_output output = selective_scan_ref(tensors_in(one));
          return std::vector<named_reals>{{"y", std::move(output.y)}, {"h_last", std::move(output.h_last)}};
        },
    .on_hls = nullptr,
    .compile = nullptr,
    .work = scan_work};

}  // namespace scansim
