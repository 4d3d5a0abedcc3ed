// Loading checkpoints of cross-scanning models: sizes inferred from shapes, the images' as stated, and every
// defect named by tensor or field.
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <string>

#include "models/nn/cross_model.h"
#include "models/nn/vim_model.h"
#include "tests/models/nn/written_checkpoint.h"
#include "tests/support/places.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"

namespace scansim {
namespace {

const std::string stated_side = R"({"config": {"image": 15}})";

// d_model 6, D 10, N 3, dt_rank 2, 3x3 taps, 9 patches of 5x5, 11 classes: no two sizes agree by accident.
written_tensors small_cross_checkpoint(int layers) {
  written_tensors c;
  c["backbone.patch_embed.weight"] = filled({6, 1, 5, 5});
  c["backbone.patch_embed.bias"] = filled({6});
  for (int i = 0; i < layers; ++i) {
    const std::string layer = "backbone.layers." + std::to_string(i) + ".", mixer = layer + "mixer.";
    c[layer + "norm.weight"] = filled({6});
    c[mixer + "in_proj.weight"] = filled({10, 6});
    c[mixer + "conv2d.weight"] = filled({10, 1, 3, 3});
    c[mixer + "conv2d.bias"] = filled({10});
    c[mixer + "x_proj_weight"] = filled({4, 8, 10});
    c[mixer + "dt_projs_weight"] = filled({4, 10, 2});
    c[mixer + "dt_projs_bias"] = filled({4, 10});
    c[mixer + "A_logs"] = filled({40, 3});
    c[mixer + "Ds"] = filled({40});
    c[mixer + "out_norm.weight"] = filled({10});
    c[mixer + "out_proj.weight"] = filled({6, 10});
  }
  c["backbone.norm_f.weight"] = filled({6});
  c["head.weight"] = filled({11, 6});
  c["head.bias"] = filled({11});
  return c;
}

cross_weights cross_round_trip(const written_tensors& c, const std::string& metadata = stated_side) {
  const std::string path = test::build_dir() + "/cross_checkpoint_test.safetensors";
  const written_checkpoint file(path, c, metadata);
  CHECK(is_cross_checkpoint(path) ==
        (c.contains("backbone.patch_embed.weight") && c.contains("backbone.layers.0.mixer.A_logs")));
  return load_cross_weights(path);
}

std::string cross_failure(const written_tensors& c, const std::string& metadata = stated_side) {
  try {
    cross_round_trip(c, metadata);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("cross_checkpoint nn infers every size but the images' from the shapes", "[format][nn]") {
  written_tensors c = small_cross_checkpoint(2);
  c["backbone.layers.1.mixer.Ds"].values[23] = 77;
  c["backbone.layers.1.mixer.A_logs"].values[3 * 31 + 1] = 0.5F;
  c["backbone.layers.1.mixer.x_proj_weight"].values[2 * 80 + 1] = 78;
  c["backbone.layers.1.mixer.dt_projs_weight"].values[3 * 20 + 5] = 79;
  const cross_weights w = cross_round_trip(c);
  CHECK(w.config.d_model == 6);
  CHECK(w.config.d_inner == 10);
  CHECK(w.config.d_state == 3);
  CHECK(w.config.dt_rank == 2);
  CHECK(w.config.conv == 3);
  CHECK(w.config.n_layers == 2);
  CHECK(w.config.image == 15);
  CHECK(w.config.patch == 5);
  CHECK(w.config.classes == 11);
  CHECK(w.config.tokens() == 9);
  CHECK(w.layers[1].branches[2].d[3] == 77);
  CHECK(w.layers[1].branches[3].a[3 * 1 + 1] == -std::exp(0.5F));
  CHECK(w.layers[1].branches[2].x_proj(0, 1) == 78);
  CHECK(w.layers[1].branches[3].dt_proj(2, 1) == 79);
  const Eigen::VectorXf logits = cross_model(w).classify(std::vector<uint8_t>(225, 9));
  CHECK(logits.size() == 11);
  CHECK(logits.allFinite());
}

TEST_CASE("cross_checkpoint nn is no Vision Mamba, nor the other way round", "[format][nn]") {
  const std::string folder = test::source_dir() + "/models/nn/";
  CHECK(is_cross_checkpoint(folder + "digits-cross.safetensors"));
  CHECK_FALSE(is_vim_checkpoint(folder + "digits-cross.safetensors"));
  CHECK_FALSE(is_cross_checkpoint(folder + "digits-vim.safetensors"));
  CHECK_FALSE(is_cross_checkpoint(folder + "byte-mamba.safetensors"));
}

TEST_CASE("cross_checkpoint nn names a missing tensor and one too many", "[negative][nn]") {
  const written_tensors whole = small_cross_checkpoint(2);
  for (const auto& [name, w] : whole) {
    written_tensors c = whole;
    c.erase(name);
    CAPTURE(name);
    CHECK(cross_failure(c).find(": " + name + ": expected") != std::string::npos);
  }
  for (const std::string name :
       {"backbone.pos_embed", "backbone.layers.0.mixer.in_proj.bias", "backbone.layers.1.mixer.out_norm.bias",
        "backbone.layers.0.mlp.fc1.weight"}) {
    written_tensors c = whole;
    c[name] = filled({6});
    CAPTURE(name);
    CHECK(cross_failure(c).find(": " + name + ": expected only") != std::string::npos);
  }
}

TEST_CASE("cross_checkpoint nn refuses every misshaped tensor", "[negative][nn]") {
  const written_tensors whole = small_cross_checkpoint(2);
  for (const auto& [name, w] : whole) {
    for (size_t axis = 0; axis < w.shape.size(); ++axis) {
      written_tensors c = whole;
      std::vector<int64_t> shape = w.shape;
      ++shape[axis];
      c[name] = filled(shape);
      CAPTURE(name, axis);
      CHECK(cross_failure(c).find("expected") != std::string::npos);
    }
    written_tensors c = whole;
    c[name] = filled({static_cast<int64_t>(w.values.size()), 1, 1, 1, 1});
    CAPTURE(name);
    CHECK(cross_failure(c).find(": " + name + ": expected") != std::string::npos);
    c[name] = filled({0});
    CHECK(cross_failure(c).find("expected") != std::string::npos);
  }
  written_tensors even = whole;
  for (const char* layer : {"0", "1"})
    even[std::string("backbone.layers.") + layer + ".mixer.conv2d.weight"] = filled({10, 1, 4, 4});
  CHECK(cross_failure(even).find("conv2d.weight: expected (D, 1, W, W), W odd") != std::string::npos);
}

TEST_CASE("cross_checkpoint nn refuses values that are not finite", "[negative][nn]") {
  written_tensors c = small_cross_checkpoint(1);
  c["backbone.layers.0.mixer.Ds"].values[3] = std::numeric_limits<float>::infinity();
  CHECK(cross_failure(c).find("backbone.layers.0.mixer.Ds[3]: expected a finite value") != std::string::npos);
  c = small_cross_checkpoint(1);
  c["backbone.layers.0.mixer.A_logs"].values[3] = 1000;
  CHECK(cross_failure(c).find("backbone.layers.0.mixer.A_logs[1, 0]: expected exp(A_log) within float") !=
        std::string::npos);
}

TEST_CASE("cross_checkpoint nn needs the images' size and refuses metadata that contradicts the tensors",
          "[negative][nn]") {
  const written_tensors c = small_cross_checkpoint(1);
  CHECK(cross_round_trip(c, R"({"config": {"image": 20, "norm_eps": 0.001}})").config.norm_eps == 0.001F);
  CHECK(cross_round_trip(c, R"({"config": {"image": 20}})").config.tokens() == 16);
  for (const char* none : {"", "{}", R"({"config": {}})"})
    CHECK(cross_failure(c, none).find("scansim.config.image: expected pixels along each side") !=
          std::string::npos);
  for (const char* image : {"7", "0", "-5", "5000", "15.0", "\"15\"", "null"}) {
    CAPTURE(image);
    const std::string text = std::string(R"({"config": {"image": )") + image + "}}";
    CHECK(cross_failure(c, text).find("config.image: expected pixels") != std::string::npos);
  }
  CHECK(cross_failure(c, R"({"config": {"image": 15, "patch": 2}})").find("config.patch: expected 5") !=
        std::string::npos);
  CHECK(cross_failure(c, R"({"config": {"image": 15, "d_state": 16}})").find("config.d_state: expected 3") !=
        std::string::npos);
}

}  // namespace
}  // namespace scansim
