#include "traces/calls/embedding.h"

#include <fmt/format.h>

#include "traces/calls/call_checks.h"
#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"
#include "traces/input_error.h"
#include "traces/random_streams.h"

namespace scansim {

namespace {

class embedding_generator : public call_generator {
 public:
  const call_kind& kind() const override { return embedding_kind; }
  std::vector<generator_option> options() override {
    return {
        {.flag = "--rows", .text = "tokens that are looked up", .integer = &length_, .needed = ""},
        {.flag = "--size", .text = "D", .integer = &size_, .needed = ""},
        {.flag = "--vocabulary", .text = "rows of the table", .integer = &vocabulary_, .shows_default = true},
        extremes_option(extremes_)};
  }
  std::unique_ptr<call> generate(uint64_t seed) const override {
    const draw_source source{embedding_kind.name, seed};
    auto made = std::make_unique<embedding_call>();
    embedding_call& c = *made;
    c.vocabulary = vocabulary_, c.size = size_, c.length = length_;
    c.check_axes("generate");
    c.w = draw_rows(source, "w", c.vocabulary, c.size, 1);
    random_stream random(seed, std::string(embedding_kind.name) + ".ids");
    for (int64_t t = 0; t < c.length; ++t)
      c.ids.push_back(std::min(static_cast<int64_t>(random.uniform() * static_cast<double>(c.vocabulary)),
                               c.vocabulary - 1));
    make_extreme(c, extremes_, seed);
    check_call(c, "generate");
    return made;
  }

 private:
  int64_t length_ = 0, size_ = 0, vocabulary_ = 256, extremes_ = 0;
};

}  // namespace

const call_kind embedding_kind = {"embedding", "rows of a table looked up by token",
                                  make_as<call, embedding_call>,
                                  make_as<call_generator, embedding_generator>};

std::vector<call_tensor> embedding_call::tensors() {
  const call_axis v{"V", &vocabulary}, d{"D", &size}, l{"L", &length};
  return {{.name = "w", .values = &w, .axes = {v, d}},
          {.name = "ids", .indices = &ids, .axes = {l}, .text = "rows of w, 0 to V − 1"},
          {.name = "expect.y", .values = &expect_y, .axes = {l, d}, .required = false}};
}

scale_rows embedding_scales::rows() {
  return {width_row("w_bits", w_bits),
          width_row("y_bits", y_bits),
          {.name = "frac_w", .value = &frac_w, .text = "of w and y"}};
}

void embedding_call::check_sizes(const std::string& file) const {
  require_size(vocabulary <= INT32_MAX, file, "w.shape", "V < 2^31", vocabulary);
}

void embedding_call::check_contents(const std::string& file) const {
  for (size_t t = 0; t < ids.size(); ++t)
    if (ids[t] < 0 || ids[t] >= vocabulary)
      throw input_error(file, fmt::format("ids[{}]", t), fmt::format("a row of w, 0 to {}", vocabulary - 1),
                        fmt::format("{}", ids[t]));
}

}  // namespace scansim
