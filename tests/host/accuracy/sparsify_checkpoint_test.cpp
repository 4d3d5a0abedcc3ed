// The pruned checkpoint: loads as before, kept weights unchanged, everything else untouched, the report
// right.
#include "host/accuracy/sparsify_checkpoint.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "models/nn/mamba_model.h"
#include "models/nn/vim_model.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/safetensors.h"

namespace scansim {
namespace {

const std::string byte_mamba = test::source_dir() + "/models/nn/byte-mamba.safetensors";
const std::string heldout = test::source_dir() + "/models/nn/heldout.txt";

TEST_CASE("sparsify_checkpoint accuracy prunes the projections asked for and nothing else",
          "[property][accuracy]") {
  const test::temporary_folder folder;
  sparsify_request request;
  request.model = byte_mamba;
  request.pattern = {2, 4};
  request.side = GENERATE(nm_side::inputs, nm_side::outputs);
  request.layers = {1};
  request.out = folder.file("out.safetensors");
  const std::vector<sparsified_tensor> reports = sparsify_checkpoint(request);
  REQUIRE(reports.size() == 4);
  const safetensors_file before = safetensors_file::open(byte_mamba),
                         after = safetensors_file::open(request.out);
  REQUIRE(after.tensors().size() == before.tensors().size());
  for (const tensor_entry& entry : before.tensors()) {
    const tensor_entry& written = *after.find(entry.name);
    REQUIRE(written.shape == entry.shape);
    const bool pruned = entry.name.find("layers.1.mixer.") != std::string::npos &&
                        entry.name.find("_proj.weight") != std::string::npos;
    CAPTURE(entry.name);
    CHECK((std::memcmp(written.data, entry.data, entry.bytes) != 0) == pruned);
    if (!pruned) continue;
    const std::vector<float> old = before.read_floats(entry), kept = after.read_floats(written);
    check_nm<float>(kept, entry.shape[0], entry.shape[1], request.pattern, request.side, "out", entry.name);
    for (size_t i = 0; i < old.size(); ++i) REQUIRE((kept[i] == old[i] || kept[i] == 0.0F));
  }
  const nlohmann::json metadata = nlohmann::json::parse(after.metadata().at("scansim"));
  CHECK(metadata.at("sparsity").at("pattern") == "2:4");
  CHECK(metadata.at("sparsity").at("layers") == std::vector<int>{1});
  CHECK(metadata.at("sparsity").at("source_sha256").get<std::string>().size() == 64);
  CHECK(metadata.contains("heldout"));
  CHECK_NOTHROW(mamba_model::load(request.out));
}

TEST_CASE(
    "sparsify_checkpoint accuracy reports storage and errors, activation-weighted smaller at the output",
    "[accuracy]") {
  const test::temporary_folder folder;
  sparsify_request request;
  request.model = byte_mamba;
  request.pattern = {2, 8};
  request.text = heldout;
  request.out = folder.file("out.safetensors");
  const auto magnitude = sparsify_checkpoint(request);
  request.method = prune_method::activation;
  const auto weighted = sparsify_checkpoint(request);
  REQUIRE(magnitude.size() == 12);
  int better = 0;
  for (size_t i = 0; i < magnitude.size(); ++i) {
    CHECK(weighted[i].relative_weight_error >= magnitude[i].relative_weight_error - 1e-9);
    CHECK(magnitude[i].relative_weight_error < 0.9);
    better += *weighted[i].relative_output_error < *magnitude[i].relative_output_error;
  }
  CHECK(better >= 9);
  const nlohmann::json report = sparsify_report(request, weighted);
  // Per layer: 512 x 128, 40 x 256, 256 x 8, 128 x 256; 110,592 weights; groups of 8 with 5 index bits.
  CHECK(report.at("total_storage").at("W8").at("dense_bytes") == 3 * 110592);
  CHECK(report.at("total_storage").at("W8").at("value_bytes") == 3 * 110592 / 4);
  CHECK(report.at("total_storage").at("W8").at("index_bytes") == 3 * 110592 / 8 * 5 / 8);
  CHECK(report.at("total_storage").at("W4").at("value_bytes") == 3 * 110592 / 8);
  CHECK(report.at("tensors").at(0).at("relative_output_error").is_number());
}

TEST_CASE("sparsify_checkpoint accuracy prunes both directions of a Vision Mamba", "[property][accuracy]") {
  const test::temporary_folder folder;
  sparsify_request request;
  request.model = test::source_dir() + "/models/nn/digits-vim.safetensors";
  request.pattern = {2, 8};
  request.out = folder.file("out.safetensors");
  REQUIRE(sparsify_checkpoint(request).size() == 3 * 6);
  const vim_weights before = load_vim_weights(request.model), after = load_vim_weights(request.out);
  const auto zeros = [](const float_matrix& w) { return (w.array() == 0).count(); };
  for (size_t i = 0; i < after.layers.size(); ++i) {
    for (const vim_branch& branch : after.layers[i].branches) {
      CHECK(zeros(branch.x_proj) == branch.x_proj.size() * 3 / 4);
      CHECK(zeros(branch.dt_proj) == branch.dt_proj.size() / 2);  // 4 inputs: a group cut short
      CHECK(zeros(branch.conv_weight) == 0);
    }
    CHECK(zeros(after.layers[i].in_proj) == before.layers[i].in_proj.size() * 3 / 4);
    CHECK(zeros(after.layers[i].out_proj) == before.layers[i].out_proj.size() * 3 / 4);
  }
  CHECK(after.head == before.head);
  CHECK(nlohmann::json::parse(after.description).at("sparsity").at("pattern") == "2:8");
}

TEST_CASE("sparsify_checkpoint accuracy error of a half-pruned matrix by hand", "[unit][accuracy]") {
  // w = (3, 4, 0, 0): keeping one of four leaves 3 / 5 of the norm.
  std::vector<float> w = {3, 4, 0, 0};
  prune_nm(w, 1, 4, {1, 4}, nm_side::inputs);
  CHECK(w == std::vector<float>{0, 4, 0, 0});
  const std::vector<float> rms = {2, 1, 1, 1};  // 3 * 2 beats 4 * 1
  w = {3, 4, 0, 0};
  prune_nm(w, 1, 4, {1, 4}, nm_side::inputs, rms);
  CHECK(w == std::vector<float>{3, 0, 0, 0});
}

TEST_CASE("sparsify_checkpoint accuracy refuses requests that make no sense and writes nothing",
          "[negative][accuracy]") {
  const test::temporary_folder folder;
  sparsify_request request;
  request.model = byte_mamba;
  request.pattern = {2, 4};
  request.out = folder.file("out.safetensors");
  const auto refusal = [&] { return test::refusal([&] { sparsify_checkpoint(request); }); };
  request.layers = {3};
  CHECK(refusal().find("--layers") != std::string::npos);
  request.layers.clear();
  request.method = prune_method::activation;
  CHECK(refusal().find("--method") != std::string::npos);
  request.text = heldout;
  request.side = nm_side::outputs;
  CHECK(refusal().find("--method") != std::string::npos);
  request.side = nm_side::inputs;
  request.text = folder.file("none.txt");
  CHECK(refusal().find("none.txt: file: expected a readable file") != std::string::npos);
  request.text = byte_mamba;
  CHECK(refusal().find("expected a text, found a safetensors file") != std::string::npos);
  request.model = heldout;
  CHECK(refusal().find("heldout.txt") != std::string::npos);
  CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace scansim
