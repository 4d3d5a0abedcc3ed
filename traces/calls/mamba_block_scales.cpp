// What a layer is quantised with, as a trace stores it.
#include "traces/calls/mamba_block.h"

namespace scansim {

namespace {

scale_rows branch_rows(branch_scales& b) {
  return {{.name = "frac_dt", .value = &b.frac_dt, .text = "input of dt_proj"},
          {.name = "frac_out", .value = &b.frac_out, .text = "input of out_proj"},
          {.name = "frac_conv1d", .values = &b.conv1d, .count = "D"},
          {.name = "frac_x_proj", .values = &b.x_proj, .count = "R + 2 N"},
          {.name = "frac_dt_proj", .values = &b.dt_proj, .count = "D"}};
}

}  // namespace

scale_rows mamba_block_scales::rows() {
  scale_row scans{.name = "scan",
                  .count = "the directions",
                  .text = "as of a scan; operands 8 bits, outputs 16; one `frac_z` for all"};
  scale_row directions{.name = "directions", .count = "the directions", .text = "forward, then backward"};
  for (branch_scales& branch : layer.branches) {
    scans.parts.push_back(rows_of(branch.scan));
    directions.parts.push_back(branch_rows(branch));
  }
  scale_rows rows = {
      width_row("x_bits", x_bits),
      width_row("w_bits", w_bits, "4 with `\"w4g128\"`"),
      width_row("y_bits", y_bits),
      {.name = "frac_residual", .value = &frac_residual, .text = "x and y"},
      {.name = "frac_norm_weight", .value = &layer.frac_norm_weight, .text = "of norm.weight √d_model"},
      {.name = "frac_norm", .value = &layer.frac_norm, .text = "input of in_proj"},
      {.name = "frac_conv_input", .value = &layer.frac_conv_input},
      {.name = "frac_in_proj", .values = &layer.in_proj, .count = "2 D"},
      {.name = "frac_out_proj",
       .values = &layer.out_proj,
       .count = "d_model",
       .text = "after the Hadamard matrix went into it"},
      scans,
      directions};
  if (layer.branches.size() == 2)
    rows.push_back(
        {.name = "merged",
         .value = &layer.merged,
         .low = 0,
         .high = 1,
         .optional = true,
         .text = "two directions: 1 if their y is added before the output; then one frac_y, one frac_out"});
  return rows;
}

std::unique_ptr<call_scales> mamba_block_call::make_scales() const {
  const auto count = [](int64_t size) { return static_cast<size_t>(size); };
  auto scales = std::make_unique<mamba_block_scales>();
  scales->w_bits = weight_bits;
  layer_scales& layer = scales->layer;
  layer.in_proj.resize(count(expanded)), layer.out_proj.resize(count(d_model));
  layer.branches.resize(backward ? 2 : 1);
  for (branch_scales& branch : layer.branches) {
    branch.scan.operand_bits = 8, branch.scan.output_bits = 16;
    branch.conv1d.resize(count(channels)), branch.dt_proj.resize(count(channels));
    branch.x_proj.resize(count(projected));
  }
  return scales;
}

}  // namespace scansim
