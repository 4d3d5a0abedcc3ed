// The trained models whose accuracy can be asked for, one entry each, and what an answer consists of.
// Contract: value and baseline are the same metric on the same data, baseline by the float model; a model
// adds itself with one line in accuracy_models.cpp. A checkpoint path instead of a name means a Mamba model
// with Hugging Face's names, byte-level or with token ids, or, if it has a patch embedding, a Vision Mamba or
// a cross-scanning model for the digits.
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "host/quantise/layer_format.h"
#include "host/quantise/quantised_layer.h"
#include "host/quantise/run_layer.h"

namespace scansim {

struct accuracy_request {
  std::string model;      // a name of the table or the path of a checkpoint
  bool quantised = true;  // false: the float model, pruned if the format has a pattern
  layer_format format;
  design_point point;
  int64_t bytes = 0;  // text models: how many bytes are scored; 0: all of the model's test split
  std::string tokens, calibration;  // language models: files of token ids; empty: text that is there
  int64_t length = 0, context = 0;  // of token ids: how many are scored, in windows of how many; 0: all, 512
  int workers = 1;
  bool ablation = false;
  std::string scales;         // a file of a language model's scales (model_scales.h): nothing is chosen
  bool gives_scales = false;  // the result has the text of such a file

  bool chooses() const { return (quantised && scales.empty()) || format.prunes(); }  // by a calibration
};

struct accuracy_result {
  std::string metric;  // "bits_per_byte", "bits_per_token", "accuracy"
  double value = 0, baseline = 0;
  nlohmann::json details = nlohmann::json::object();  // scored, calibration, saturations, ablation
  std::string scales;                                 // where they were asked for
};

struct accuracy_model {
  const char* name;
  const char* description;
  accuracy_result (*measure)(const accuracy_request& request);
};
std::span<const accuracy_model> accuracy_models();

nlohmann::json to_json(const model_saturations& saturations);

// A name or a checkpoint of a model of images, which has no scales of its own to keep.
bool is_images(const std::string& model);

// Errors: input_error naming --model, or the file and field that does not fit.
accuracy_result measure_accuracy(const accuracy_request& request);

}  // namespace scansim
