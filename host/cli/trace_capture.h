// Options of `scansim trace capture` and the trace they make: the scan call of one layer of a Mamba model on
// a text (--operator selective_scan), or the whole layer with its residual stream (mamba_block), of a model
// of text or of images, or a layer's scans in several orders (scan_sets). Contract: an option that the
// operator or the model does not have is refused.
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace scansim {

struct capture_options {
  std::string name = "selective_scan";  // the operator
  std::string model, text, tokens, images, pattern = "dense", weight_format = "int8", out;
  int64_t layer = 0, length = 512, decode_steps = 0, image = 0;
  // Given by the user, whatever the value.
  bool has_name = false, has_image = false, has_length = false, has_decode_steps = false, has_pattern = false,
       has_weight_format = false;
  bool no_hadamard = false;
};

void add_capture_options(CLI::App& app, capture_options& options);

// Returns the exit status.
int capture_trace(const capture_options& options);

}  // namespace scansim
