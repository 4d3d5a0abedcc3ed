#include "host/accuracy/sparsify_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/nn/activation_record.h"
#include "models/nn/checkpoint_reader.h"
#include "models/nn/cross_model.h"
#include "models/nn/token_file.h"
#include "models/nn/vim_model.h"
#include "traces/input_error.h"
#include "traces/json_text.h"

namespace scansim {

namespace {

using nlohmann::json;

constexpr size_t recorded_windows = 8, recorded_length = 512;

struct projection {
  const char* name;
  activation input;  // what it multiplies
};
constexpr projection projections[] = {{"in_proj", activation::norm},
                                      {"x_proj", activation::u},
                                      {"dt_proj", activation::dt},
                                      {"out_proj", activation::y},
                                      // of a Vision Mamba's backward direction; no calibration there
                                      {"x_proj_b", activation::u},
                                      {"dt_proj_b", activation::dt}};

// What pruning needs to know of the model, of either kind.
struct pruned_model {
  int64_t layers = 0;
  std::string description;
  std::optional<mamba_model> text_model;  // absent: a Vision Mamba
};

pruned_model load_model(const std::string& path) {
  if (is_cross_checkpoint(path))
    throw input_error(path, "model", "a Mamba model or a Vision Mamba", "a cross scan, which is not pruned");
  if (is_vim_checkpoint(path)) {
    const vim_model model = vim_model::load(path);
    return {model.config().n_layers, model.description(), std::nullopt};
  }
  mamba_model model = mamba_model::load(path);
  return {
      .layers = model.config().n_layers, .description = model.description(), .text_model = std::move(model)};
}

std::vector<int32_t> calibration_tokens(const sparsify_request& request, const pruned_model& model) {
  const std::string option = request.text.empty() ? "--tokens" : "--text";
  const std::string& path = request.text.empty() ? request.tokens : request.text;
  if (!model.text_model) throw input_error(path, option, "a language model", "a Vision Mamba");
  const int64_t vocabulary = model.text_model->config().vocab;
  if (request.text.empty()) return read_tokens(path, vocabulary).ids;
  const std::vector<uint8_t> text = read_text_bytes(path, vocabulary, "--tokens FILE");
  if (text.empty()) throw input_error(path, option, "a readable file with text", "none");
  return {text.begin(), text.end()};
}

void check_request(const sparsify_request& request, int64_t layers) {
  if (!request.text.empty() && !request.tokens.empty())
    throw input_error("command line", "--tokens", "no --text beside it", request.text);
  if (request.method == prune_method::activation && request.text.empty() && request.tokens.empty())
    throw input_error("command line", "--method", "--text or --tokens with calibration text for activation",
                      "none");
  // Along outputs one input meets the whole group, so its size changes no choice.
  if (request.method == prune_method::activation && request.side == nm_side::outputs)
    throw input_error("command line", "--method", "magnitude for side outputs", "activation");
  for (const int64_t layer : request.layers) {
    if (layer < 0 || layer >= layers) {
      throw input_error("command line", "--layers", fmt::format("numbers in 0..{}", layers - 1),
                        fmt::format("{}", layer));
    }
  }
}

double relative_error(const float_matrix& want, const float_matrix& got) {
  const double power = want.cast<double>().squaredNorm();
  return power > 0 ? std::sqrt((got - want).cast<double>().squaredNorm() / power) : 0;
}

// The tensor's bytes with pruned elements zeroed: kept ones keep their bits whatever the dtype.
std::vector<std::byte> masked_bytes(const tensor_entry& entry, const float_matrix& pruned) {
  std::vector<std::byte> bytes(entry.data, entry.data + entry.bytes);
  const size_t element = dtype_bytes(entry.dtype);
  for (size_t i = 0; i < entry.count(); ++i) {
    if (pruned.data()[i] == 0.0F) std::memset(bytes.data() + i * element, 0, element);
  }
  return bytes;
}

class pruner {
 public:
  pruner(const sparsify_request& request, const activation_record* record)
      : request_(request), record_(record) {}

  // Prunes one projection; false if the tensor is none of a layer asked for.
  bool prune(const checkpoint_tensor& tensor, std::vector<std::byte>& bytes,
             sparsified_tensor& report) const {
    for (const projection& p : projections) {
      for (const int64_t layer : request_.layers) {
        if (tensor.name != fmt::format("{}mixer.{}.weight", layer_prefix(layer), p.name)) continue;
        prune_tensor(*tensor.entry, tensor.file->read_floats(*tensor.entry), p.input, layer, bytes, report);
        return true;
      }
    }
    return false;
  }

 private:
  void prune_tensor(const tensor_entry& entry, const std::vector<float>& values, activation input,
                    int64_t layer, std::vector<std::byte>& bytes, sparsified_tensor& report) const {
    const int64_t rows = entry.shape[0], cols = entry.shape[1];
    const float_matrix w = Eigen::Map<const float_matrix>(values.data(), rows, cols);
    float_matrix pruned = w;
    const std::span<float> elements(pruned.data(), values.size());
    const bool weighted = request_.method == prune_method::activation;
    prune_nm(elements, rows, cols, request_.pattern, request_.side,
             weighted ? record_->feature_rms(input, layer) : std::vector<float>{});
    check_nm<float>(elements, rows, cols, request_.pattern, request_.side, request_.out, entry.name);
    bytes = masked_bytes(entry, pruned);
    report.name = entry.name, report.shape = entry.shape;
    report.nonzeros = (pruned.array() != 0.0F).count();
    report.storage_w8 = storage_of(rows, cols, request_.pattern, request_.side, 8);
    report.storage_w4 = storage_of(rows, cols, request_.pattern, request_.side, 4);
    report.relative_weight_error = relative_error(w, pruned);
    if (record_ != nullptr) {
      const float_matrix x = record_->matrix(input, layer);
      report.relative_output_error = relative_error(w * x, pruned * x);
    }
  }

  const sparsify_request& request_;
  const activation_record* record_;
};

json request_json(const sparsify_request& request) {
  json j = {{"pattern", to_string(request.pattern)},
            {"side", to_string(request.side)},
            {"method", to_string(request.method)},
            {"layers", request.layers}};
  j["text"] = request.text.empty() ? json() : json(request.text);
  j["tokens"] = request.tokens.empty() ? json() : json(request.tokens);
  return j;
}

json to_json(const nm_storage& s) {
  return {{"dense_bytes", s.dense_bytes}, {"value_bytes", s.value_bytes}, {"index_bytes", s.index_bytes}};
}

void add(const nm_storage& from, nm_storage& to) {
  to.dense_bytes += from.dense_bytes, to.value_bytes += from.value_bytes, to.index_bytes += from.index_bytes;
}

}  // namespace

std::vector<sparsified_tensor> sparsify_checkpoint(
    const sparsify_request& asked, const std::function<void(const safetensors_writer&)>& write) {
  sparsify_request request = asked;
  const pruned_model model = load_model(request.model);
  const checkpoint from = checkpoint::open(request.model);
  check_request(request, model.layers);
  for (int64_t i = 0; i < model.layers && asked.layers.empty(); ++i) request.layers.push_back(i);
  std::optional<activation_record> record;
  if (!request.text.empty() || !request.tokens.empty()) {
    const std::vector<int32_t> text = calibration_tokens(request, model);
    record.emplace(*model.text_model, spread_windows(text, recorded_windows, recorded_length));
  }
  const pruner prune(request, record ? &*record : nullptr);
  std::vector<sparsified_tensor> reports;
  std::vector<std::vector<std::byte>> kept_alive;
  safetensors_writer writer;
  for (const checkpoint_tensor& tensor : from.tensors()) {
    const tensor_entry& entry = *tensor.entry;
    sparsified_tensor report;
    std::vector<std::byte> bytes;
    if (prune.prune(tensor, bytes, report)) {
      reports.push_back(report);
      kept_alive.push_back(std::move(bytes));
      writer.add(entry.name, entry.dtype, entry.shape, kept_alive.back().data(), entry.bytes);
    } else {
      writer.add(entry.name, entry.dtype, entry.shape, entry.data, entry.bytes);
    }
  }
  for (const auto& [key, value] : from.metadata()) writer.set_metadata(key, value);
  json description = json::parse(model.description);
  description["sparsity"] = request_json(request);
  description["sparsity"]["source_sha256"] = from.identity()["model_sha256"];
  writer.set_metadata("scansim", json_text(description));
  if (write)
    write(writer);
  else
    writer.write(request.out);
  return reports;
}

json sparsify_report(const sparsify_request& request, const std::vector<sparsified_tensor>& tensors) {
  json j = request_json(request);
  j["model"] = request.model;
  j["out"] = request.out;
  j["tensors"] = json::array();
  nm_storage total_w8, total_w4;
  for (const sparsified_tensor& t : tensors) {
    json entry = {{"name", t.name},
                  {"shape", t.shape},
                  {"nonzeros", t.nonzeros},
                  {"storage", {{"W8", to_json(t.storage_w8)}, {"W4", to_json(t.storage_w4)}}},
                  {"relative_weight_error", t.relative_weight_error}};
    entry["relative_output_error"] = t.relative_output_error ? json(*t.relative_output_error) : json();
    j["tensors"].push_back(entry);
    add(t.storage_w8, total_w8), add(t.storage_w4, total_w4);
  }
  j["total_storage"] = {{"W8", to_json(total_w8)}, {"W4", to_json(total_w4)}};
  return j;
}

}  // namespace scansim
