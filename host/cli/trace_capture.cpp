#include "host/cli/trace_capture.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "models/nn/checkpoint.h"
#include "models/nn/cross_model.h"
#include "models/nn/digits_data.h"
#include "models/nn/layer_capture.h"
#include "models/nn/scan_capture.h"
#include "models/nn/token_file.h"
#include "traces/calls/call_option.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/scan_trace.h"
#include "traces/sha256.h"
#include "traces/trace.h"

namespace scansim {

namespace {

constexpr const char* scan_operator = "selective_scan";
constexpr const char* block_name = "mamba_block";
constexpr const char* sets_name = "scan_sets";

// What a checkpoint is a model of.
enum class model_kind { text, images, crossed_images };

model_kind kind_of(const std::string& path) {
  if (is_cross_checkpoint(path)) return model_kind::crossed_images;
  return is_vim_checkpoint(path) ? model_kind::images : model_kind::text;
}

void require(bool holds, const char* option, const std::string& expected, const std::string& found) {
  if (!holds) throw input_error("command line", option, expected, found);
}

void require(bool holds, const char* option, const std::string& expected, int64_t found) {
  require(holds, option, expected, std::to_string(found));
}

void check_operator(const capture_options& options, model_kind kind) {
  const bool known = options.name == scan_operator || options.name == block_name || options.name == sets_name;
  require(known, "--operator", fmt::format("{}, {} or {}", scan_operator, block_name, sets_name),
          "'" + options.name + "'");
  const bool crossed = kind == model_kind::crossed_images;
  require(crossed || options.name != sets_name, "--operator",
          std::string(scan_operator) + " or " + block_name + " for a model without a cross scan",
          options.name);
  require(!crossed || options.name == sets_name, "--operator",
          std::string(sets_name) + " for a model of cross scans", options.name);
  require(kind != model_kind::images || options.name == block_name, "--operator",
          "mamba_block for a model of images", options.name);
}

void check_options(const capture_options& options, model_kind kind) {
  check_operator(options, kind);
  const bool of_images = kind != model_kind::text;
  const bool block = options.name == block_name;
  require(block || !options.has_pattern, "--pattern", "an option of mamba_block", options.pattern);
  require(block || !options.no_hadamard, "--no-hadamard", "an option of mamba_block", options.name);
  const auto& formats = weight_format_names();
  require(block || !options.has_weight_format, "--weight-format", "an option of mamba_block",
          options.weight_format);
  require(std::find(formats.begin(), formats.end(), options.weight_format) != formats.end(),
          "--weight-format", "int8 or w4g128", options.weight_format);
  const std::string text_option = "no such option for a model of images", given = "given";
  require(of_images || options.images.empty(), "--images", "no such option for a model of text", given);
  require(of_images || !options.has_image, "--image", "no such option for a model of text", given);
  require(!of_images || options.text.empty(), "--text", text_option, given);
  require(!of_images || options.tokens.empty(), "--tokens", text_option, given);
  require(!of_images || !options.has_length, "--length", text_option, given);
  require(!of_images || !options.has_decode_steps, "--decode-steps", text_option, given);
  require(options.text.empty() || options.tokens.empty(), "--tokens", "no --text beside it", given);
  require(of_images || !options.text.empty() || !options.tokens.empty(), "--text",
          "a text, or token ids with --tokens", "nothing");
  require(!of_images || !options.images.empty(), "--images", "a file of images", "nothing");
  require(options.length >= 1, "--length", "at least 1", options.length);
  require(options.decode_steps >= 0, "--decode-steps", "0 or more", options.decode_steps);
}

void check_layer(int64_t layer, int64_t layers) {
  require(layer >= 0 && layer < layers, "--layer", fmt::format("0..{}", layers - 1), layer);
}

nlohmann::json provenance_of(const capture_options& options) {
  nlohmann::json provenance = checkpoint::open(options.model).identity();
  provenance.update({{"kind", "captured"}, {"layer", options.layer}, {"expect", "float model"}});
  return provenance;
}

struct token_source {
  std::vector<int32_t> ids;
  nlohmann::json provenance;
};

// As many of `all` as are asked for; by default what is there, up to the default length.
std::vector<int32_t> first_tokens(const capture_options& options, const std::vector<int32_t>& all,
                                  const std::string& path) {
  const auto available = static_cast<int64_t>(all.size());
  require(!options.has_length || available >= options.length, "--length",
          fmt::format("at most the {} tokens of {}", available, path), options.length);
  return {all.begin(), all.begin() + std::min(options.length, available)};
}

token_source tokens_of_text(const capture_options& options, int64_t vocabulary) {
  const std::vector<uint8_t> bytes = read_text_bytes(options.text, vocabulary, "--tokens FILE");
  std::vector<int32_t> ids = first_tokens(options, {bytes.begin(), bytes.end()}, options.text);
  const std::string sha256 = sha256_hex(bytes.data(), ids.size());
  return {std::move(ids),
          {{"text", options.text}, {"text_sha256", sha256}, {"token_ids", "bytes of the text"}}};
}

token_source tokens_of_file(const capture_options& options, int64_t vocabulary) {
  const token_file file = read_tokens(options.tokens, vocabulary);
  return {first_tokens(options, file.ids, options.tokens),
          {{"tokens", options.tokens},
           {"tokens_sha256", sha256_of_file(options.tokens)},
           {"token_ids", file.form}}};
}

void write_block(const capture_options& options, mamba_block_call call, const nlohmann::json& provenance) {
  if (options.pattern != "dense") call.sparsity = parse_nm_pattern(options.pattern, "--pattern");
  call.hadamard = !options.no_hadamard;
  call.weight_bits = weight_bits_of(options.weight_format == weight_format_names()[0] ? 0 : 1);
  write_trace(options.out, call, provenance);
}

mamba_block_call block_of_text(const capture_options& options, const mamba_model& model,
                               const std::vector<int32_t>& tokens) {
  if (options.decode_steps == 0) return capture_layer(model, {}, tokens, options.layer);
  return capture_layer(model, tokens, most_probable(model, tokens, options.decode_steps), options.layer);
}

scan_tensors scan_of_text(const capture_options& options, const mamba_model& model,
                          const std::vector<int32_t>& tokens) {
  return options.decode_steps > 0 ? capture_decode(model, tokens, options.decode_steps, options.layer)
                                  : capture_scan(model, tokens, options.layer);
}

void capture_text(const capture_options& options, progress_display& progress) {
  const mamba_model model = mamba_model::load(options.model);
  check_layer(options.layer, model.config().n_layers);
  const int64_t vocabulary = model.config().vocab;
  const token_source tokens =
      options.tokens.empty() ? tokens_of_text(options, vocabulary) : tokens_of_file(options, vocabulary);
  progress.begin_step("running the model");
  nlohmann::json provenance = provenance_of(options);
  provenance.update(tokens.provenance);
  provenance["length"] = tokens.ids.size();
  if (options.decode_steps > 0) {
    provenance["decode_steps"] = options.decode_steps;
    provenance["decoded_token_ids"] = "the model's own, most probable";
  }
  if (options.name == block_name)
    return write_block(options, block_of_text(options, model, tokens.ids), provenance);
  const scan_tensors tensors = scan_of_text(options, model, tokens.ids);
  write_scan_trace(options.out, tensors, provenance);
}

// `take(model, image, provenance)` writes the trace. Model: vim_model or cross_model.
template <class Model, class Take>
void capture_image(const capture_options& options, progress_display& progress, const Take& take) {
  const Model model = Model::load(options.model);
  check_layer(options.layer, model.config().n_layers);
  const digit_set images = load_digits(options.images).test;
  require(options.image >= 0 && options.image < images.size(), "--image",
          fmt::format("0..{}, a test image", images.size() - 1), options.image);
  require(images.side == model.config().image, "--images",
          fmt::format("images of {0}x{0}, as the model has", model.config().image),
          fmt::format("{0}x{0}", images.side));
  progress.begin_step("running the model");
  nlohmann::json provenance = provenance_of(options);
  provenance["images"] = options.images;
  provenance["images_sha256"] = sha256_of_file(options.images);
  provenance["test_image"] = options.image;
  take(model, images.image(options.image), provenance);
}

void capture_images(const capture_options& options, progress_display& progress) {
  capture_image<vim_model>(options, progress, [&](const auto& model, const auto& image, const auto& from) {
    write_block(options, capture_layer(model, image, options.layer), from);
  });
}

void capture_crossed(const capture_options& options, progress_display& progress) {
  capture_image<cross_model>(options, progress, [&](const auto& model, const auto& image, const auto& from) {
    write_trace(options.out, model.scan_call(image, options.layer), from);
  });
}

}  // namespace

int capture_trace(const capture_options& options) {
  std::vector<std::string> inputs = model_inputs(options.model);
  inputs.insert(inputs.end(), {options.text, options.tokens, options.images});
  delivery delivered({{"--out", options.out, true}}, inputs);
  {
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("reading " + options.model);
    const model_kind kind = kind_of(options.model);
    capture_options asked = options;
    if (!asked.has_name && kind == model_kind::crossed_images) asked.name = sets_name;
    check_options(asked, kind);
    if (kind == model_kind::text) capture_text(asked, progress);
    if (kind == model_kind::images) capture_images(asked, progress);
    if (kind == model_kind::crossed_images) capture_crossed(asked, progress);
  }
  delivered.print("written: " + one_line(options.out) + "\n");
  return delivered.status(status_agree);
}

void add_capture_options(CLI::App& app, capture_options& o) {
  app.add_option(
         "--operator", o.name,
         "selective_scan or mamba_block; scan_sets for a model of cross scans, where it is the default")
      ->capture_default_str()
      ->each([&o](const std::string&) { o.has_name = true; });
  app.add_option(
         "--model", o.model,
         "Checkpoint with Hugging Face's names: .safetensors, the .index.json of its shards, or their folder")
      ->required();
  app.add_option("--text", o.text, "Text file; its bytes are the tokens (models with a vocabulary of 256)");
  app.add_option("--tokens", o.tokens,
                 "Token ids of any model: .safetensors (I32, I64), .npy, or text of integers");
  app.add_option("--layer", o.layer, "Layer, from 0")->transform(as_whole_number<int64_t>())->required();
  const auto number = [&](const char* name, int64_t& value, bool& given, const char* text) {
    app.add_option(name, value, text)
        ->transform(as_whole_number<int64_t>())
        ->capture_default_str()
        ->each([&given](const std::string&) { given = true; });
  };
  number("--length", o.length, o.has_length,
         "Tokens that are read; default: as many as there are, at most 512");
  number("--decode-steps", o.decode_steps, o.has_decode_steps,
         "Captures this many decode steps after the text instead of the prefill");
  app.add_option("--images", o.images, "Model of images: file of images (digits.safetensors)");
  number("--image", o.image, o.has_image, "Model of images: which test image");
  app.add_option("--pattern", o.pattern, "mamba_block: N:M that the model's projections have")
      ->each([&o](const std::string&) { o.has_pattern = true; });
  app.add_flag("--no-hadamard", o.no_hadamard, "mamba_block: y is not rotated in front of out_proj");
  app.add_option("--weight-format", o.weight_format, "mamba_block: int8 or w4g128, of the projections")
      ->each([&o](const std::string&) { o.has_weight_format = true; });
  add_output_option(app, "--out", o.out, "Writes the trace")->required();
}

}  // namespace scansim
