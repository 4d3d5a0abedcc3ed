// Loading Vision Mamba checkpoints: sizes inferred from shapes, and every defect named by tensor or field.
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <string>

#include "models/nn/vim_model.h"
#include "tests/models/nn/written_checkpoint.h"
#include "tests/support/places.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"

namespace scansim {
namespace {

// d_model 6, D 10, N 3, dt_rank 2, conv 4, 9 patches of 5x5, 11 classes: no two sizes agree by accident.
written_tensors small_vim_checkpoint(int layers) {
  written_tensors c;
  c["backbone.patch_embed.weight"] = filled({6, 1, 5, 5});
  c["backbone.patch_embed.bias"] = filled({6});
  c["backbone.cls_token"] = filled({6});
  c["backbone.pos_embed"] = filled({10, 6});
  for (int i = 0; i < layers; ++i) {
    const std::string layer = "backbone.layers." + std::to_string(i) + ".";
    c[layer + "norm.weight"] = filled({6});
    c[layer + "mixer.in_proj.weight"] = filled({20, 6});
    for (const std::string suffix : {"", "_b"}) {
      c[layer + "mixer.conv1d" + suffix + ".weight"] = filled({10, 1, 4});
      c[layer + "mixer.conv1d" + suffix + ".bias"] = filled({10});
      c[layer + "mixer.x_proj" + suffix + ".weight"] = filled({8, 10});
      c[layer + "mixer.dt_proj" + suffix + ".weight"] = filled({10, 2});
      c[layer + "mixer.dt_proj" + suffix + ".bias"] = filled({10});
      c[layer + "mixer.A_log" + suffix] = filled({10, 3});
      c[layer + "mixer.D" + suffix] = filled({10});
    }
    c[layer + "mixer.out_proj.weight"] = filled({6, 10});
  }
  c["backbone.norm_f.weight"] = filled({6});
  c["head.weight"] = filled({11, 6});
  c["head.bias"] = filled({11});
  return c;
}

// Writes `c`, loads it, removes the file.
vim_weights vim_round_trip(const written_tensors& c, const std::string& metadata = "") {
  const std::string path = test::build_dir() + "/vim_checkpoint_test.safetensors";
  const written_checkpoint file(path, c, metadata);
  return load_vim_weights(path);
}

std::string vim_failure(const written_tensors& c, const std::string& metadata = "") {
  try {
    vim_round_trip(c, metadata);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("vim_checkpoint nn infers every size from the shapes", "[format][nn]") {
  written_tensors c = small_vim_checkpoint(2);
  c["backbone.layers.1.mixer.D_b"].values[3] = 77;
  c["backbone.layers.1.mixer.A_log_b"].values[4] = 0.5F;
  const vim_weights w = vim_round_trip(c);
  CHECK(w.config.d_model == 6);
  CHECK(w.config.d_inner == 10);
  CHECK(w.config.d_state == 3);
  CHECK(w.config.dt_rank == 2);
  CHECK(w.config.conv == 4);
  CHECK(w.config.n_layers == 2);
  CHECK(w.config.image == 15);
  CHECK(w.config.patch == 5);
  CHECK(w.config.classes == 11);
  CHECK(w.config.tokens() == 10);
  CHECK(w.config.cls_position() == 4);
  CHECK(w.description == "{}");
  CHECK(w.layers[1].branch(vim_direction::backward).d[3] == 77);
  CHECK(w.layers[1].branch(vim_direction::forward).d[3] == 0.1F * std::sin(3.0F));
  CHECK(w.layers[1].branch(vim_direction::backward).a[4] == -std::exp(0.5F));
  const Eigen::VectorXf logits = vim_model(w).classify(std::vector<uint8_t>(225, 9));
  CHECK(logits.size() == 11);
  CHECK(logits.allFinite());
}

TEST_CASE("vim_checkpoint nn names a missing tensor", "[negative][nn]") {
  const written_tensors whole = small_vim_checkpoint(2);
  for (const auto& [name, w] : whole) {
    written_tensors c = whole;
    c.erase(name);
    CAPTURE(name);
    CHECK(vim_failure(c).find(": " + name + ": expected") != std::string::npos);
  }
}

TEST_CASE("vim_checkpoint nn refuses every misshaped tensor", "[negative][nn]") {
  const written_tensors whole = small_vim_checkpoint(2);
  for (const auto& [name, w] : whole) {
    for (size_t axis = 0; axis < w.shape.size(); ++axis) {
      written_tensors c = whole;
      std::vector<int64_t> shape = w.shape;
      ++shape[axis];
      c[name] = filled(shape);
      CAPTURE(name, axis);
      CHECK(vim_failure(c).find("expected") != std::string::npos);
    }
    written_tensors c = whole;
    c[name] = filled({static_cast<int64_t>(w.values.size()), 1, 1, 1, 1});
    CAPTURE(name);
    CHECK(vim_failure(c).find(": " + name + ": expected") != std::string::npos);
    c[name] = filled({0});
    CHECK(vim_failure(c).find("expected") != std::string::npos);
  }
}

TEST_CASE("vim_checkpoint nn refuses values that are not finite", "[negative][nn]") {
  written_tensors c = small_vim_checkpoint(1);
  c["backbone.cls_token"].values[3] = std::numeric_limits<float>::infinity();
  CHECK(vim_failure(c).find("backbone.cls_token[3]: expected a finite value") != std::string::npos);
  c = small_vim_checkpoint(1);
  c["backbone.layers.0.mixer.A_log_b"].values[3] = 1000;
  CHECK(vim_failure(c).find("backbone.layers.0.mixer.A_log_b[1, 0]: expected exp(A_log) within float") !=
        std::string::npos);
}

TEST_CASE("vim_checkpoint nn refuses metadata that contradicts the tensors", "[negative][nn]") {
  const written_tensors c = small_vim_checkpoint(1);
  CHECK(vim_round_trip(c, R"({"config": {"image": 15, "norm_eps": 0.001}})").config.norm_eps == 0.001F);
  CHECK(vim_failure(c, R"({"config": {"image": 8}})").find("scansim.config.image: expected 15") !=
        std::string::npos);
  CHECK(vim_failure(c, R"({"config": {"patch": 2}})").find("config.patch: expected 5") != std::string::npos);
  CHECK(vim_failure(c, R"({"config": {"classes": 10}})").find("config.classes: expected 11") !=
        std::string::npos);
  CHECK(vim_failure(c, R"({"config": {"d_state": 16}})").find("config.d_state: expected 3") !=
        std::string::npos);
}

}  // namespace
}  // namespace scansim
