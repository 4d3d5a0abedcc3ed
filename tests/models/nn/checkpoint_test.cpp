// What lies beside the tensors of a checkpoint: shards with their index, folders, config.json.
#include "models/nn/checkpoint.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/nn/mamba_model.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/safetensors.h"

using namespace scansim;
using namespace scansim::test;
using nlohmann::json;
using namespace std::string_literals;

namespace {

using weights_by_name = std::map<std::string, std::vector<int64_t>>;

// d_model 6, D 12, N 3, dt_rank 2, conv 4, vocabulary 16.
weights_by_name small_model() {
  weights_by_name w = {{"backbone.embeddings.weight", {16, 6}}, {"backbone.norm_f.weight", {6}}};
  const std::string layer = "backbone.layers.0.", mixer = layer + "mixer.";
  w.insert({{layer + "norm.weight", {6}},
            {mixer + "in_proj.weight", {24, 6}},
            {mixer + "conv1d.weight", {12, 1, 4}},
            {mixer + "conv1d.bias", {12}},
            {mixer + "x_proj.weight", {8, 12}},
            {mixer + "dt_proj.weight", {12, 2}},
            {mixer + "dt_proj.bias", {12}},
            {mixer + "A_log", {12, 3}},
            {mixer + "D", {12}},
            {mixer + "out_proj.weight", {6, 12}}});
  return w;
}

void write(const std::string& path, const weights_by_name& weights) {
  safetensors_writer writer;
  std::vector<std::vector<float>> values;
  values.reserve(weights.size());
  for (const auto& [name, shape] : weights) {
    size_t count = 1;
    for (const int64_t size : shape) count *= static_cast<size_t>(size);
    std::vector<float>& made = values.emplace_back(count);
    for (size_t i = 0; i < count; ++i) made[i] = 0.1F * std::sin(static_cast<float>(i + name.size()));
    writer.add_floats(name, shape, made);
  }
  writer.write(path);
}

// Two shards and their index in `folder`.
json write_shards(const temporary_folder& folder) {
  weights_by_name first, second;
  json map;
  for (const auto& [name, shape] : small_model()) {
    const bool early = first.size() < 6;
    (early ? first : second)[name] = shape;
    map[name] = early ? "a-00001-of-00002.safetensors" : "a-00002-of-00002.safetensors";
  }
  write(folder.file("a-00001-of-00002.safetensors"), first);
  write(folder.file("a-00002-of-00002.safetensors"), second);
  return {{"metadata", {{"total_size", 1}}}, {"weight_map", map}};
}

std::string load_refusal(const std::string& path) {
  return refusal([&] { load_mamba_weights(path); });
}

// The message for a model beside that config.json; empty if it loads.
std::string config_refusal(const json& config, const weights_by_name& weights = small_model()) {
  const temporary_folder folder;
  write(folder.file("m.safetensors"), weights);
  write_bytes(folder.file("config.json"), config.dump());
  return load_refusal(folder.file("m.safetensors"));
}

}  // namespace

TEST_CASE("checkpoint nn reads the shards that an index names", "[format][nn]") {
  const temporary_folder folder;
  const std::string index = folder.file("model.safetensors.index.json"),
                    whole = folder.file("whole.safetensors");
  const json good = write_shards(folder);
  write_bytes(index, good.dump());
  write(whole, small_model());
  const mamba_weights sharded = load_mamba_weights(index), plain = load_mamba_weights(whole);
  CHECK(sharded.layers[0].out_proj == plain.layers[0].out_proj);
  CHECK(sharded.embedding == plain.embedding);
  CHECK(load_mamba_weights(folder.path().string()).norm_f == plain.norm_f);  // the folder
  const json identity = checkpoint::open(index).identity();
  CHECK(identity["model_shards"].size() == 2);
  CHECK(identity["model_sha256"].get<std::string>().size() == 64);
}

TEST_CASE("checkpoint nn refuses an index that its shards do not bear out", "[negative][nn]") {
  const temporary_folder folder;
  const std::string index = folder.file("model.safetensors.index.json");
  const json good = write_shards(folder);
  const auto refused = [&](const std::function<void(json&)>& change, const std::string& part) {
    json changed = good;
    change(changed);
    write_bytes(index, changed.dump());
    const std::string message = load_refusal(index);
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  };
  const std::string first = "a-00001-of-00002.safetensors", second = "a-00002-of-00002.safetensors";
  const std::string name = "backbone.norm_f.weight";
  refused([&](json& i) { i["weight_map"][name] = "b.safetensors"; }, "no file b.safetensors");
  refused([&](json& i) { i["weight_map"][name] = first; }, name + ": expected a tensor of this name, as");
  refused([&](json& i) { i["weight_map"].erase(name); }, name + ": expected a tensor that model");
  refused([&](json& i) { i["weight_map"]["more"] = first; }, "more: expected a tensor of this name");
  refused([&](json& i) { i["weight_map"][name] = "../" + second; }, "the name of a file beside the index");
  refused([&](json& i) { i["weight_map"][name] = 7; }, "the name of a file beside the index");
  refused([&](json& i) { i.erase("weight_map"); }, "weight_map: expected an object");
  refused([&](json& i) { i["weight_map"] = json::object(); }, "found an empty object");
  refused([&](json& i) { i["weight_map"][name] = "pytorch_model-00001-of-00002.bin"; },
          "found pytorch_model-00001-of-00002.bin, a pickle of torch.save");
  write_bytes(index, good.dump() + "}");
  CHECK(load_refusal(index).find("expected JSON") != std::string::npos);
  CHECK(load_refusal(folder.file(first)).find("one of several shards") != std::string::npos);
  // One shard has whole layers, and the description is that of all.
  const temporary_folder apart;
  write(apart.file(first), small_model());
  write_bytes(apart.file("config.json"), R"({"num_hidden_layers": 2})");
  CHECK(load_refusal(apart.file(first)).find("one of several shards") != std::string::npos);
  // A tensor in two shards.
  weights_by_name all = small_model();
  write(folder.file(second), all);
  write_bytes(index, good.dump());
  CHECK(load_refusal(index).find("found one of " + first) != std::string::npos);
}

TEST_CASE("checkpoint nn names folders and files of another kind", "[negative][nn]") {
  const temporary_folder folder;
  CHECK(load_refusal(folder.path().string()).find("a directory without them") != std::string::npos);
  const std::string pickled = folder.file("pytorch_model.bin");
  write_bytes(pickled, std::string("PK\x03\x04") + std::string(26, '\0') + "archive/data.pkl");
  CHECK(load_refusal(pickled).find("torch.save") != std::string::npos);
  CHECK(load_refusal(folder.path().string()).find("pytorch_model.bin") != std::string::npos);
  write_bytes(folder.file("pytorch_model.bin.index.json"), "{}");
  CHECK(load_refusal(folder.path().string()).find("a directory with pytorch_model.bin") != std::string::npos);
  std::filesystem::remove(pickled);
  CHECK(load_refusal(folder.path().string()).find("a directory with pytorch_model.bin.index.json") !=
        std::string::npos);
  CHECK(load_refusal(folder.file("none.safetensors")).find("No such file") != std::string::npos);
}

TEST_CASE("model_config nn takes what Hugging Face and mamba_ssm write", "[format][nn]") {
  const json hugging_face = {{"model_type", "mamba"},
                             {"architectures", {"MambaForCausalLM"}},
                             {"hidden_size", 6},
                             {"intermediate_size", 12},
                             {"state_size", 3},
                             {"time_step_rank", 2},
                             {"conv_kernel", 4},
                             {"num_hidden_layers", 1},
                             {"vocab_size", 16},
                             {"expand", 2},
                             {"hidden_act", "silu"},
                             {"use_bias", false},
                             {"use_conv_bias", true},
                             {"residual_in_fp32", true},
                             {"layer_norm_epsilon", 1e-5},
                             {"time_step_min", 0.001},
                             {"time_step_max", 0.1},
                             {"tie_word_embeddings", true},
                             {"time_step_floor", 0.0001},
                             {"use_cache", true},
                             {"torch_dtype", "float32"},
                             {"rescale_prenorm_residual", false}};
  CHECK(config_refusal(hugging_face) == "");
  CHECK(config_refusal({{"d_model", 6},
                        {"n_layer", 1},
                        {"vocab_size", 11},
                        {"ssm_cfg", {{"layer", "Mamba1"}, {"d_state", 3}, {"dt_rank", "auto"}}},
                        {"rms_norm", true},
                        {"residual_in_fp32", true},
                        {"fused_add_norm", true},
                        {"pad_vocab_size_multiple", 8},
                        {"attn_layer_idx", json::array()},
                        {"d_intermediate", 0},
                        {"tie_embeddings", true}}) == "");
  CHECK(config_refusal(json::object()) == "");
}

TEST_CASE("model_config nn refuses what is not computed", "[negative][nn]") {
  const std::pair<json, const char*> configs[] = {
      {{{"model_type", "falcon_mamba"}}, "model_type: expected \"mamba\", found \"falcon_mamba\""},
      {{{"model_type", "mamba2"}}, "model_type"},
      {{{"architectures", {"Mamba2ForCausalLM"}}}, "architectures"},
      {{{"use_bias", true}}, "use_bias: expected false"},
      {{{"hidden_act", "gelu"}}, "hidden_act: expected \"silu\""},
      {{{"residual_in_fp32", false}}, "residual_in_fp32"},
      {{{"residual_in_fp32", false}, {"torch_dtype", "bfloat16"}}, "residual_in_fp32"},
      {{{"rms_norm", false}}, "rms_norm: expected true"},
      {{{"use_conv_bias", false}}, "use_conv_bias: expected true, as"},
      {{{"tie_word_embeddings", false}}, "tie_word_embeddings: expected true"},
      {{{"time_step_limit", {0.001, 0.1}}},
       "time_step_limit: expected [0.0, Infinity] (limits of the step are not computed), found [0.001,0.1]"},
      {{{"ssm_cfg", {{"dt_limit", {0.0, 0.1}}}}}, "dt_limit"},
      {{{"ssm_cfg", {{"layer", "Mamba2"}}}}, "layer: expected \"Mamba1\""},
      {{{"mixer_rms_eps", 1e-6}}, "mixer_rms_eps: expected no such key"},
      {{{"attn_layer_idx", {3}}}, "attn_layer_idx"},
      {{{"hidden_size", 8}}, "hidden_size: expected 6 as in the tensors, found 8"},
      {{{"state_size", "3"}}, "state_size: expected 3"},
      {{{"vocab_size", 15}, {"pad_vocab_size_multiple", 1}}, "vocab_size"},
      {{{"expand", 4}}, "expand"},
      {{{"layer_norm_epsilon", "1e-5"}}, "layer_norm_epsilon"},
      {{{"conv_bias", false}}, "conv_bias: expected true, as"},
      {{{"use_conv_bias", true}, {"conv_bias", false}}, "conv_bias: expected true, as"},
      {{{"mamba_conv_bias", false}}, "mamba_conv_bias: expected true, as"},
      {{{"mamba_proj_bias", true}}, "mamba_proj_bias: expected false"},
      {{{"mamba_inner_layernorms", true}}, "mamba_inner_layernorms: expected false"},
      {{{"mamba_d_state", 16}}, "mamba_d_state: expected 3 as in the tensors"},
      {{{"mamba_expand", 1e300}}, "mamba_expand: expected 12 / 6"},
      {{{"ssm_cfg", 7}}, "ssm_cfg: expected an object, found 7"},
      {{{"ssm_cfg", "Mamba1"}}, "ssm_cfg: expected an object"},
      {json::array(), "file: expected a JSON object"}};
  for (const auto& [config, part] : configs) {
    const std::string message = config_refusal(config);
    CAPTURE(config.dump(), message);
    CHECK(message.find("config.json: " + std::string(part)) != std::string::npos);
  }
}

TEST_CASE("model_config nn refuses a file that did not arrive", "[negative][nn]") {
  const temporary_folder folder;
  write(folder.file("m.safetensors"), small_model());
  CHECK(load_refusal(folder.file("m.safetensors")) == "");
  std::filesystem::create_symlink("blobs/0123", folder.file("config.json"));
  CHECK(load_refusal(folder.file("m.safetensors")).find("config.json: file: expected") != std::string::npos);
  std::filesystem::remove(folder.file("config.json"));
  std::filesystem::create_symlink("config.json", folder.file("config.json"));
  CHECK(load_refusal(folder.file("m.safetensors")).find("config.json: file: expected") != std::string::npos);
}

TEST_CASE("model_config nn computes with what it states", "[format][nn]") {
  const temporary_folder folder;
  const std::string model = folder.file("m.safetensors");
  weights_by_name weights = small_model();
  weights.erase("backbone.layers.0.mixer.conv1d.bias");
  write(model, weights);
  CHECK(load_refusal(model).find("conv1d.bias: expected a tensor of this name") != std::string::npos);
  write_bytes(
      folder.file("config.json"),
      "{\"use_conv_bias\": false, \"layer_norm_epsilon\": 1e-3, \"time_step_limit\": [0.0, Infinity]}");
  const mamba_weights w = load_mamba_weights(model);
  CHECK(w.config.norm_eps == 1e-3F);
  CHECK(w.layers[0].conv_bias.isZero());
  write_bytes(folder.file("config.json"), "{\"use_bias\": false}\0}"s);
  CHECK(load_refusal(model).find("config.json: file: expected") != std::string::npos);
}

TEST_CASE("model_config nn holds a stored head to what it says of the embedding", "[negative][nn]") {
  weights_by_name weights = small_model();
  weights["lm_head.weight"] = {16, 6};
  CHECK(
      config_refusal({{"tie_word_embeddings", true}}, weights).find("tie_word_embeddings: expected false") !=
      std::string::npos);
  CHECK(config_refusal({{"tie_word_embeddings", false}}, weights) == "");
}
