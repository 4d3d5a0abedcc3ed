// One call in the machine's integers on one design point: made once (operator_row::quantise), then everything
// of a run that depends on its scales comes out of it. Contract: an exact function of the call and of
// scales(); integers of arithmetic() and of a machine that runs compile() are equal, bit for bit; the call
// outlives it. It runs no machine.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/operators/operator_case.h"
#include "host/operators/operator_result.h"
#include "host/operators/scan_part.h"
#include "host/program/program.h"
#include "models/configs/widths.h"
#include "traces/calls/call.h"

namespace scansim {

// Where an element of an output is, as text.
using element_place = std::function<std::string(const std::string& output, int64_t index)>;

class quantised_call {
 public:
  virtual ~quantised_call() = default;

  // As a trace stores them; nullptr: the operator stores none.
  virtual const call_scales* scales() const { return nullptr; }
  // The operator's own integer arithmetic, done when first asked for; nullptr: the machine is the arithmetic.
  const operator_result* arithmetic();
  // The hls rung against ref on the same quantised inputs; by default as the arithmetic's bound says.
  virtual bound_verdict judge(const element_place& place, const std::vector<named_integers>& hls,
                              const std::vector<named_reals>& reference);
  // The machine's C.h of the call, known after judge(); nullptr: the scan is one part of y among others.
  virtual const std::vector<double>* readout() const { return nullptr; }
  // What judge() holds a call with a scan to; nullopt: no bar that a fault of the scan could pass.
  virtual std::optional<scan_bars> bars();
  virtual program compile(const compile_options& options) const = 0;
  // Of an output's integers, value = integer * 2^-bits: one number for all, or one for each place along the
  // last axis; empty: not known.
  virtual std::vector<int> fraction_bits(const std::string& /*output*/) const { return {}; }

 protected:
  virtual std::optional<operator_result> on_hls() const { return std::nullopt; }
  // Of the point on which a layer's scans ran.
  virtual hls::widths scan_widths() const { return {}; }

 private:
  bound_verdict judge_whole(const element_place& place, const std::vector<double>& given);

  bool done_ = false;
  std::optional<operator_result> arithmetic_;
};

// For an operator whose quantised form is a value with a member `scales`:
//   Quantise(call, stored or nullptr, point, file) -> value,  OnHls(call, value, point) -> operator_result,
//   Compile(call, value, options, point) -> program,  FractionBits(value, output) -> as fraction_bits()
template <class Call, class Scales, auto Quantise, auto OnHls, auto Compile, auto FractionBits>
class quantised_by final : public quantised_call {
 public:
  static std::unique_ptr<quantised_call> make(const call& one, const call_scales* stored,
                                              const design_point& point, const std::string& file) {
    return std::make_unique<quantised_by>(
        payload<Call>(one), stored != nullptr ? &payload<Scales>(*stored) : nullptr, point, file);
  }
  quantised_by(const Call& one, const Scales* stored, const design_point& point, const std::string& file)
      : call_(one), point_(point), value_(Quantise(one, stored, point, file)) {}

  const call_scales* scales() const override { return &value_.scales; }
  program compile(const compile_options& options) const override {
    return Compile(call_, value_, options, point_);
  }
  std::vector<int> fraction_bits(const std::string& output) const override {
    return FractionBits(value_, output);
  }

 protected:
  std::optional<operator_result> on_hls() const override { return OnHls(call_, value_, point_); }
  hls::widths scan_widths() const override { return widths_of(point_); }

 private:
  const Call& call_;
  design_point point_;
  decltype(Quantise(std::declval<const Call&>(), nullptr, std::declval<const design_point&>(),
                    std::declval<const std::string&>())) value_;
};

}  // namespace scansim
