// An operator that touches this file alone: its call, generator and row, climbed from a generated trace over
// ref to integers within their bound, through the same reader, writer and lists as the product's own.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "host/operators/operator_list.h"
#include "host/operators/operator_scales.h"
#include "host/quantise/power_of_two_fit.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/call_option.h"
#include "traces/calls/draw_rows.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

extern const call_kind mirror_kind;

// y = -x, or |x|.
struct mirror_call : call {
  int64_t rows = 0, size = 0;
  bool fold = false;
  std::vector<float> x, expect_y;

  const call_kind& kind() const override { return mirror_kind; }
  std::vector<call_tensor> tensors() override {
    const call_axis row{"rows", &rows}, n{"n", &size};
    return {{.name = "x", .values = &x, .axes = {row, n}},
            {.name = "expect.y", .values = &expect_y, .axes = {row, n}, .required = false}};
  }
  std::vector<call_option> options() override {
    return {bool_option("fold", fold, false, option_written::unless_default)};
  }
  void check_sizes(const std::string&) const override {}
  uint64_t tokens() const override { return static_cast<uint64_t>(rows); }
  call_work work() const override { return {"negation", x.size()}; }
};

class mirror_generator : public call_generator {
 public:
  const call_kind& kind() const override { return mirror_kind; }
  std::vector<generator_option> options() override {
    return {{.flag = "--rows", .text = "rows", .integer = &rows_}, {.flag = "--fold", .toggle = &fold_}};
  }
  std::unique_ptr<call> generate(uint64_t seed) const override {
    auto made = std::make_unique<mirror_call>();
    made->rows = rows_, made->size = 8, made->fold = fold_;
    made->x = draw_rows(draw_source{mirror_kind.name, seed}, "x", rows_, 8, 1);
    return made;
  }

 private:
  int64_t rows_ = 3;
  bool fold_ = false;
};

const call_kind mirror_kind = {"mirror", "y = -x", make_as<call, mirror_call>,
                               make_as<call_generator, mirror_generator>};

double mirrored(const mirror_call& c, double x) { return c.fold ? std::fabs(x) : -x; }

// No machine runs it, and a trace stores no scales of it.
class quantised_mirror : public quantised_call {
 public:
  explicit quantised_mirror(const mirror_call& one) : call_(one) {}
  program compile(const compile_options&) const override { throw std::logic_error("it has no program"); }

 protected:
  std::optional<operator_result> on_hls() const override {
    const int frac = least_error_frac(call_.x, 8);
    operator_result r;
    for (const int8_t x : quantise_all<int8_t>(call_.x, frac, 8)) {
      r.y.push_back(call_.fold ? std::abs(x) : -x);
      r.value.push_back(std::ldexp(r.y.back(), -frac));
      r.want.push_back(mirrored(call_, std::ldexp(x, -frac)));
    }
    r.limited = r.want;
    r.bound.assign(r.y.size(), 0);
    return r;
  }

 private:
  const mirror_call& call_;
};

std::unique_ptr<quantised_call> quantise_mirror(const call& one, const call_scales*, const design_point&,
                                                const std::string&) {
  return std::make_unique<quantised_mirror>(payload<mirror_call>(one));
}

const operator_row mirror_row = {.kind = &mirror_kind,
                                 .ref =
                                     [](const call& one) {
                                       const auto& c = payload<mirror_call>(one);
                                       named_reals y{"y", {}};
                                       for (const float x : c.x) y.values.push_back(mirrored(c, x));
                                       return std::vector<named_reals>{y};
                                     },
                                 .quantise = quantise_mirror,
                                 .work =
                                     [](const call& one) {
                                       return least_work{2 * elements(payload<mirror_call>(one).x), 0, 0};
                                     }};

}  // namespace

TEST_CASE("an operator of one file is generated, written, read and climbs from ref to integers",
          "[integration][hls]") {
  const operator_row* const rows[] = {&mirror_row};
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  const std::unique_ptr<call_generator> generator = kinds_of(rows)[0]->make_generator();
  *generator->options()[1].toggle = true;
  const std::unique_ptr<call> made = generator->generate(7);
  for (const named_reals& output : mirror_row.ref(*made)) made->record(output.name, output.values);
  write_trace(path, *made, generator->provenance(7));

  CHECK(refusal([&] { load_trace(path); }).find("scansim.operator") != std::string::npos);
  const trace loaded = load_trace(path, kinds_of(rows));
  CHECK(describe(loaded)["fold"] == true);
  CHECK(describe(loaded)["provenance"]["generator"] == "scansim trace generate --operator mirror");
  const operator_row& row = row_of(*loaded.call_, rows);
  const std::vector<double> y = row.ref(*loaded.call_).front().values;
  const std::vector<float>& recorded = *outputs_of(*loaded.call_).front().recorded;
  REQUIRE(recorded.size() == y.size());
  for (size_t i = 0; i < y.size(); ++i) CHECK(recorded[i] == static_cast<float>(y[i]));
  operator_result integers = *row.quantise(*loaded.call_, nullptr, {}, path)->arithmetic();
  CHECK_FALSE(find_violation_of_bound(integers));
  ++integers.y[5], integers.value[5] += 1;
  CHECK(find_violation_of_bound(integers)->first == 5);
}

}  // namespace scansim::test
