// Loading checkpoints: sizes inferred from shapes, and every defect named by tensor or field.
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <string>

#include "models/nn/mamba_model.h"
#include "tests/models/nn/written_checkpoint.h"
#include "tests/support/places.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"

namespace scansim {
namespace {

// d_model 6, D 10, N 3, dt_rank 2, conv 4, vocab 11: no two sizes agree by accident.
written_tensors small_checkpoint(int layers) {
  written_tensors c;
  c["backbone.embeddings.weight"] = filled({11, 6});
  for (int i = 0; i < layers; ++i) {
    const std::string layer = "backbone.layers." + std::to_string(i) + ".";
    c[layer + "norm.weight"] = filled({6});
    c[layer + "mixer.in_proj.weight"] = filled({20, 6});
    c[layer + "mixer.conv1d.weight"] = filled({10, 1, 4});
    c[layer + "mixer.conv1d.bias"] = filled({10});
    c[layer + "mixer.x_proj.weight"] = filled({8, 10});
    c[layer + "mixer.dt_proj.weight"] = filled({10, 2});
    c[layer + "mixer.dt_proj.bias"] = filled({10});
    c[layer + "mixer.A_log"] = filled({10, 3});
    c[layer + "mixer.D"] = filled({10});
    c[layer + "mixer.out_proj.weight"] = filled({6, 10});
  }
  c["backbone.norm_f.weight"] = filled({6});
  return c;
}

// Writes `c`, loads it, removes the file.
mamba_weights round_trip(const written_tensors& c, const std::string& metadata = "") {
  const std::string path = test::build_dir() + "/mamba_checkpoint_test.safetensors";
  const written_checkpoint file(path, c, metadata);
  return load_mamba_weights(path);
}

std::string failure(const written_tensors& c, const std::string& metadata = "") {
  try {
    round_trip(c, metadata);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("mamba_checkpoint nn infers every size from the shapes", "[format][nn]") {
  written_tensors c = small_checkpoint(2);
  const mamba_weights tied = round_trip(c);
  CHECK(tied.config.d_model == 6);
  CHECK(tied.config.d_inner == 10);
  CHECK(tied.config.d_state == 3);
  CHECK(tied.config.dt_rank == 2);
  CHECK(tied.config.conv == 4);
  CHECK(tied.config.n_layers == 2);
  CHECK(tied.config.vocab == 11);
  CHECK(tied.config.tied);
  CHECK(tied.description == "{}");
  CHECK(tied.layers[1].a[4] == -std::exp(0.1F * std::sin(4.0F)));
  c["lm_head.weight"] = filled({11, 6});
  const mamba_weights untied = round_trip(c);
  CHECK_FALSE(untied.config.tied);
  const mamba_model model(untied);
  CHECK(model.forward(std::vector<int32_t>{3, 10, 0}).rows() == 3);
  CHECK(model.forward(std::vector<int32_t>{3, 10, 0}).allFinite());
}

TEST_CASE("mamba_checkpoint nn reads the epsilon of the norm from the metadata", "[format][nn]") {
  const mamba_weights w = round_trip(small_checkpoint(1), R"({"config": {"d_model": 6, "norm_eps": 0.001}})");
  CHECK(w.config.norm_eps == 0.001F);
}

TEST_CASE("mamba_checkpoint nn names a missing tensor", "[negative][nn]") {
  const written_tensors whole = small_checkpoint(2);
  for (const auto& [name, w] : whole) {
    written_tensors c = whole;
    c.erase(name);
    CAPTURE(name);
    CHECK(failure(c).find(": " + name + ": expected") != std::string::npos);
  }
}

TEST_CASE("mamba_checkpoint nn refuses every misshaped tensor", "[negative][nn]") {
  const written_tensors whole = small_checkpoint(2);
  for (const auto& [name, w] : whole) {
    // A larger embedding is a larger vocabulary, no defect.
    for (size_t axis = name == "backbone.embeddings.weight" ? 1 : 0; axis < w.shape.size(); ++axis) {
      written_tensors c = whole;
      std::vector<int64_t> shape = w.shape;
      ++shape[axis];
      c[name] = filled(shape);
      CAPTURE(name, axis);
      CHECK(failure(c).find("expected") != std::string::npos);
    }
    written_tensors c = whole;
    c[name] = filled({static_cast<int64_t>(w.values.size()), 1, 1, 1});
    CAPTURE(name);
    CHECK(failure(c).find(": " + name + ": expected") != std::string::npos);
    c[name] = filled({0});
    CHECK(failure(c).find("expected") != std::string::npos);
  }
}

TEST_CASE("mamba_checkpoint nn names the tensor that is turned, not those beside it", "[negative][nn]") {
  written_tensors c = small_checkpoint(2);
  const std::string first = "backbone.layers.0.mixer.";
  c[first + "A_log"] = filled({3, 10});
  CHECK(failure(c).find(first + "A_log: expected (D, N), where D is 10 as in mixer.D, found shape [3, 10]") !=
        std::string::npos);
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{4, 1, 10}, {4, 10}}) {
    c = small_checkpoint(2);
    c[first + "conv1d.weight"] = filled(shape);
    CHECK(failure(c).find(first + "conv1d.weight: expected (10, 1, W), for 10 channels, found shape") !=
          std::string::npos);
  }
}

TEST_CASE("mamba_checkpoint nn refuses values that are not finite", "[negative][nn]") {
  written_tensors c = small_checkpoint(1);
  c["backbone.layers.0.mixer.D"].values[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(failure(c).find("backbone.layers.0.mixer.D[3]: expected a finite value") != std::string::npos);
  c = small_checkpoint(1);
  c["backbone.layers.0.mixer.A_log"].values[3] = 1000;
  CHECK(failure(c).find("backbone.layers.0.mixer.A_log[1, 0]: expected exp(A_log) within float") !=
        std::string::npos);
}

TEST_CASE("mamba_checkpoint nn refuses layer numbers that make no sense", "[negative][nn]") {
  written_tensors c = small_checkpoint(1);
  SECTION("gap") {
    c["backbone.layers.2.norm.weight"] = filled({6});
    CHECK(failure(c).find("backbone.layers.1.norm.weight: expected") != std::string::npos);
  }
  SECTION("far away") {
    c["backbone.layers.4000000000.norm.weight"] = filled({6});
    CHECK(failure(c).find("expected layers numbered without a gap") != std::string::npos);
  }
  SECTION("no number") {
    c["backbone.layers.x.norm.weight"] = filled({6});
    CHECK(failure(c).find("expected backbone.layers.<number>.<weight>") != std::string::npos);
  }
}

std::string renamed(const std::string& name, const std::string& prefix) {
  return name.starts_with("backbone.") ? prefix + name.substr(9) : name;
}

written_tensors under_prefix(const std::string& prefix) {
  written_tensors c;
  for (const auto& [name, w] : small_checkpoint(2)) c[renamed(name, prefix)] = w;
  return c;
}

TEST_CASE("mamba_checkpoint nn takes names with any prefix, or none", "[format][nn]") {
  const mamba_weights plain = round_trip(small_checkpoint(2));
  for (const std::string prefix : {"", "model.", "model.backbone."}) {
    CAPTURE(prefix);
    written_tensors c = under_prefix(prefix);
    const mamba_weights w = round_trip(c);
    CHECK(w.config.n_layers == 2);
    CHECK(w.layers[1].in_proj == plain.layers[1].in_proj);
    c["lm_head.weight"] = filled({11, 6});
    CHECK_FALSE(round_trip(c).config.tied);
    c.erase(prefix + "norm_f.weight");
    CHECK(failure(c).find(": " + prefix + "norm_f.weight: expected a tensor of this name") !=
          std::string::npos);
  }
  written_tensors c = small_checkpoint(1);
  c["model.layers.0.mixer.D"] = filled({10});
  CHECK(failure(c).find("layers under \"backbone.\"") != std::string::npos);
  c = under_prefix("model.");
  c["backbone.norm_f.weight"] = filled({6});
  CHECK(failure(c).find(": backbone.norm_f.weight: expected only") != std::string::npos);
  c = small_checkpoint(1);
  c["backbone.embedding.weight"] = filled({11, 6});
  CHECK(failure(c).find("embedding") != std::string::npos);
}

TEST_CASE("mamba_checkpoint nn refuses every tensor that it does not compute", "[negative][nn]") {
  const std::pair<const char*, const char*> others[] = {
      {"backbone.layers.0.mixer.in_proj.bias", "use_bias"},
      {"backbone.layers.1.mixer.out_proj.bias", "use_bias"},
      {"backbone.layers.1.mixer.x_proj.bias", "use_bias"},
      {"backbone.layers.1.mixer.dt_layernorm.weight", "norms inside a layer"},
      {"backbone.layers.0.mixer.b_rms.weight", "norms inside a layer"},
      {"backbone.layers.0.norm.bias", "RMSNorm"},
      {"backbone.layers.0.mlp.fc1.weight", "another tensor"},
      {"backbone.norm_f.bias", "RMSNorm"},
      {"backbone.position.weight", "another tensor"},
      {"lm_head.bias", "another tensor"},
      {"backbone.layers.00.norm.weight", "another name"},
      {"other", "another tensor"}};
  for (const auto& [name, reason] : others) {
    CAPTURE(name);
    written_tensors c = small_checkpoint(2);
    c[name] = filled({6});
    CHECK(failure(c).find(std::string(": ") + name + ": expected") != std::string::npos);
    CHECK(failure(c).find(reason) != std::string::npos);
  }
}

TEST_CASE("mamba_checkpoint nn names layers of another kind", "[negative][nn]") {
  written_tensors c = small_checkpoint(1);
  c["backbone.layers.0.mixer.A_log"] = filled({8});
  CHECK(failure(c).find("backbone.layers.0.mixer.A_log: expected a Mamba-1 layer") != std::string::npos);
  CHECK(failure(c).find("Mamba-2 layer") != std::string::npos);
  c = small_checkpoint(1);
  c["backbone.layers.0.mixer.dt_bias"] = filled({8});
  CHECK(failure(c).find("Mamba-2 layer") != std::string::npos);
  c.clear();
  c["model.layers.1.mamba.A_log"] = filled({6, 6});
  CHECK(failure(c).find("model.layers.1.mamba.A_log is there") != std::string::npos);
  c.clear();
  c["model.layers.0.self_attn.q_proj.weight"] = filled({6, 6});
  CHECK(failure(c).find("model.layers.0.self_attn.q_proj.weight is there") != std::string::npos);
}

TEST_CASE("mamba_checkpoint nn takes the convolution with or without its axis of one", "[format][nn]") {
  const mamba_weights plain = round_trip(small_checkpoint(1));
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{10, 4}, {10, 4, 1}, {10, 1, 4}}) {
    written_tensors c = small_checkpoint(1);
    c["backbone.layers.0.mixer.conv1d.weight"].shape = shape;
    CHECK(round_trip(c).layers[0].conv_weight == plain.layers[0].conv_weight);
  }
}

TEST_CASE("mamba_checkpoint nn refuses metadata that contradicts the tensors", "[negative][nn]") {
  const written_tensors c = small_checkpoint(1);
  CHECK(failure(c, R"({"config": {"d_state": 16}})").find("scansim.config.d_state: expected 3") !=
        std::string::npos);
  CHECK(failure(c, R"({"config": {"d_model": "6"}})").find("config.d_model: expected 6") !=
        std::string::npos);
  CHECK(failure(c, R"({"config": {"norm_eps": -1}})").find("config.norm_eps: expected") != std::string::npos);
  CHECK(failure(c, R"({"config": []})").find("scansim.config: expected an object") != std::string::npos);
  CHECK(failure(c, R"([])").find("__metadata__.scansim: expected an object") != std::string::npos);
  CHECK(failure(c, R"({)").find("__metadata__.scansim") != std::string::npos);
}

}  // namespace
}  // namespace scansim
