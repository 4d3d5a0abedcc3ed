// `scansim accuracy` and `scansim sparsify` as programs: JSON fields, exit status 2 with the option named,
// nothing left behind.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/models/nn/written_checkpoint.h"
#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

const std::string byte_mamba = test::source_dir() + "/models/nn/byte-mamba.safetensors";
const std::string digits_vim = test::source_dir() + "/models/nn/digits-vim.safetensors";

// The JSON of `accuracy` on byte-mamba with these options.
nlohmann::json byte_mamba_report(const temporary_folder& folder, const std::vector<std::string>& options) {
  std::vector<std::string> call = {"accuracy", "--model", "byte-mamba", "--json", folder.file("a.json")};
  call.insert(call.end(), options.begin(), options.end());
  const program_end end = run_scansim(call);
  CAPTURE(end.err);
  REQUIRE(end.status == 0);
  return nlohmann::json::parse(read_bytes(folder.file("a.json")));
}

TEST_CASE("accuracy cli writes metric, value and baseline", "[cli][accuracy]") {
  const temporary_folder folder;
  const program_end end = run_scansim({"accuracy", "--model", "byte-mamba", "--format", "float", "--pattern",
                                       "2:4", "--bytes", "1024", "--json", folder.file("a.json")});
  CAPTURE(end.err);
  REQUIRE(end.status == 0);
  const nlohmann::json j = nlohmann::json::parse(read_bytes(folder.file("a.json")));
  CHECK(j.at("metric") == "bits_per_byte");
  CHECK(j.at("format") == "float");
  CHECK(j.at("pattern") == "2:4");
  CHECK(j.at("state_pattern").is_null());
  CHECK(j.at("value").get<double>() > j.at("baseline").get<double>());
}

TEST_CASE("accuracy cli measures a checkpoint that sparsify wrote", "[cli][accuracy]") {
  const temporary_folder folder;
  const std::string pruned = folder.file("p.safetensors");
  REQUIRE(run_scansim(
              {"sparsify", byte_mamba, "--pattern", "2:4", "--out", pruned, "--json", folder.file("s.json")})
              .status == 0);
  CHECK(nlohmann::json::parse(read_bytes(folder.file("s.json"))).at("tensors").size() == 12);
  const program_end end = run_scansim({"accuracy", "--model", pruned, "--format", "float", "--bytes", "600",
                                       "--json", folder.file("a.json")});
  CAPTURE(end.err);
  REQUIRE(end.status == 0);
  CHECK(nlohmann::json::parse(read_bytes(folder.file("a.json"))).at("value").get<double>() > 1.0);
}

TEST_CASE("sparsify cli prunes by token ids as by the text they are of", "[cli][accuracy]") {
  const temporary_folder folder;
  const std::string text = "It was the best of times, it was the worst of times, it was the age of wisdom\n";
  std::string ids;
  for (const char c : text) ids += std::to_string(static_cast<int>(c)) + " ";
  write_bytes(folder.file("text"), text);
  write_bytes(folder.file("ids"), ids);
  const auto pruned = [&](const std::string& option, const std::string& file) {
    const std::string report = folder.file(file + ".json");
    const program_end end =
        run_scansim({"sparsify", byte_mamba, "--pattern", "2:4", "--method", "activation", option,
                     folder.file(file), "--out", folder.file("p.safetensors"), "--json", report});
    CAPTURE(end.err);
    REQUIRE(end.status == 0);
    return nlohmann::json::parse(read_bytes(report));
  };
  const nlohmann::json by_text = pruned("--text", "text"), by_ids = pruned("--tokens", "ids");
  CHECK(by_ids.at("tensors") == by_text.at("tensors"));
  CHECK(by_ids.at("tokens") == folder.file("ids"));
  CHECK(by_ids.at("text").is_null());
}

// Bytes are the ids of a byte-level model, and the rest of its text are its calibration windows.
TEST_CASE("accuracy cli scores token ids as the text they are of", "[cli][accuracy]") {
  const temporary_folder folder;
  const std::string text = read_bytes(test::source_dir() + "/models/nn/heldout.txt");
  const auto ids = [&](const std::string& name, size_t begin, size_t count) {
    std::string listed;
    for (const char c : text.substr(begin, count))
      listed += std::to_string(static_cast<unsigned char>(c)) + "\n";
    write_bytes(folder.file(name), listed);
    return folder.file(name);
  };
  const std::string scored = ids("scored", 0, 2048), rest = ids("rest", 65536, std::string::npos);
  const auto measured = [&](const std::string& format, std::vector<std::string> more) {
    more.insert(more.begin(), {"--format", format});
    return byte_mamba_report(folder, more);
  };
  for (const std::string format : {"float", "W8A8"}) {
    std::vector<std::string> by_ids = {"--tokens", scored, "--length", "1024"};
    if (format != "float") by_ids.insert(by_ids.end(), {"--calibration", rest});
    const nlohmann::json bytes = measured(format, {"--bytes", "1024"}), tokens = measured(format, by_ids);
    CHECK(tokens.at("metric") == "bits_per_token");
    CHECK(tokens.at("value") == bytes.at("value"));
    CHECK(tokens.at("baseline") == bytes.at("baseline"));
    CHECK(tokens.at("perplexity").get<double>() == Approx(std::exp2(tokens.at("value").get<double>())));
    CHECK(tokens.at("scored_tokens") == 1024);
    CHECK(tokens.at("token_ids") == "text of integers");
  }
  // Nothing is chosen: every id is scored. Scales are: the last quarter is not.
  CHECK(measured("float", {"--tokens", scored}).at("scored_tokens") == 2048);
  CHECK(measured("W8A8", {"--tokens", scored}).at("scored_tokens") == 1536);
  CHECK(measured("float", {"--tokens", scored, "--context", "64"}).at("value") >
        measured("float", {"--tokens", scored}).at("value"));
}

// Chosen once, kept beside the model, and nothing is chosen again.
TEST_CASE("accuracy cli keeps the scales of a model and takes them as they were chosen", "[cli][accuracy]") {
  const temporary_folder folder;
  const std::string kept = folder.file("byte-mamba.scales.json");
  const auto measured = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--bytes", "1024"});
    return byte_mamba_report(folder, more);
  };
  for (const std::string format : {"W4A8", "W8A8"}) {
    const nlohmann::json chosen = measured({"--format", format, "--save-scales", kept}),
                         given = measured({"--format", format, "--scales", kept});
    CHECK(given.at("value") == chosen.at("value"));
    CHECK(given.at("saturations") == chosen.at("saturations"));
    CHECK(given.at("scales") == kept);
  }
  const nlohmann::json file = nlohmann::json::parse(read_bytes(kept));
  CHECK(file.at("layers").size() == 3);
  CHECK(file.at("calibration").at("windows") == 8);
  // With one scale another, the result is another: they are what the model runs by.
  nlohmann::json other = file;
  other["frac_head"] = file.at("frac_head").get<int>() - 3;
  write_bytes(folder.file("other.json"), other.dump());
  CHECK(measured({"--format", "W8A8", "--scales", folder.file("other.json")}).at("value") !=
        measured({"--format", "W8A8", "--scales", kept}).at("value"));
  // Nothing is chosen: every id is scored.
  write_bytes(folder.file("ids"), "1 2 3 4 5 6 7 8 9 10 11 12\n");
  const program_end ids = run_scansim({"accuracy", "--model", "byte-mamba", "--format", "W8A8", "--scales",
                                       kept, "--tokens", folder.file("ids"), "--json", "-"});
  CAPTURE(ids.err);
  CHECK(nlohmann::json::parse(ids.out).at("scored_tokens") == 12);

  const auto refused = [&](const std::string& changed_key, const nlohmann::json& value,
                           const std::string& format = "W8A8") {
    nlohmann::json changed = file;
    if (value.is_discarded())
      changed.erase(changed_key);
    else
      changed[changed_key] = value;
    write_bytes(folder.file("bad.json"), changed.dump());
    const program_end end = run_scansim(
        {"accuracy", "--model", "byte-mamba", "--format", format, "--scales", folder.file("bad.json")});
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    return end.err;
  };
  const nlohmann::json gone(nlohmann::json::value_t::discarded);
  CHECK(refused("weights_sha256", "0").find("weights_sha256: expected that of the model's weights") !=
        std::string::npos);
  CHECK(refused("scales", 1, "W4A8").find("format: expected {") != std::string::npos);
  CHECK(refused("scales", 2).find("scales: expected 1, found 2") != std::string::npos);
  CHECK(refused("frac_head", gone).find("frac_head: expected a value, found no such key") !=
        std::string::npos);
  CHECK(refused("frac_head", 900).find("frac_head: expected -126 to 126") != std::string::npos);
  CHECK(refused("colour", "red").find("colour: expected a key of the scales of a model") !=
        std::string::npos);
  nlohmann::json two = file.at("layers");
  two.erase(0);
  CHECK(refused("layers", two).find("layers: expected 3 layers, found 2") != std::string::npos);
  nlohmann::json short_list = file.at("layers");
  short_list[1]["frac_in_proj"].erase(0);
  CHECK(refused("layers", short_list).find("layers[1].frac_in_proj") != std::string::npos);
}

TEST_CASE("accuracy cli refuses scales where something is chosen, or nothing is quantised",
          "[cli][accuracy][negative]") {
  const temporary_folder folder;
  write_bytes(folder.file("s.json"), "{}");
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"byte-mamba", "float", "--scales"}, "--scales: expected format W8A8 or W4A8"},
      {{"digits-vim", "W8A8", "--scales"}, "--scales: expected a language model"},
      {{"byte-mamba", "W8A8", "--pattern", "2:4", "--scales"}, "--scales: expected no pattern"},
      {{"byte-mamba", "W8A8", "--state-pattern", "2:4", "--scales"}, "--scales: expected no pattern"},
      {{"byte-mamba", "W8A8", "--ablation", "--scales"}, "--ablation: expected no --scales beside it"},
      {{"byte-mamba", "W8A8", "--save-scales", folder.file("o.json"), "--scales"},
       "--save-scales: expected no --scales beside it"},
      {{"byte-mamba", "W8A8", "--scales"}, "s.json: scales: expected a value, found no such key"},
  };
  for (const auto& [words, said] : cases) {
    std::vector<std::string> call = {"accuracy", "--model", words[0], "--format"};
    call.insert(call.end(), words.begin() + 1, words.end());
    call.push_back(folder.file("s.json"));
    const program_end end = run_scansim(call);
    CAPTURE(end.err, said);
    CHECK(end.status == 2);
    CHECK(end.err.find(said) != std::string::npos);
  }
}

TEST_CASE("accuracy cli scores the token ids of a model that has a tokeniser, and its bytes not",
          "[cli][accuracy][negative]") {
  const temporary_folder folder;
  const std::string model = folder.file("m.safetensors");
  const std::string layer = "backbone.layers.0.", mixer = layer + "mixer.";
  const written_checkpoint checkpoint(model,
                                      {{"backbone.embeddings.weight", filled({300, 8})},
                                       {"backbone.norm_f.weight", filled({8})},
                                       {layer + "norm.weight", filled({8})},
                                       {mixer + "in_proj.weight", filled({32, 8})},
                                       {mixer + "conv1d.weight", filled({16, 1, 4})},
                                       {mixer + "conv1d.bias", filled({16})},
                                       {mixer + "x_proj.weight", filled({10, 16})},
                                       {mixer + "dt_proj.weight", filled({16, 2})},
                                       {mixer + "dt_proj.bias", filled({16})},
                                       {mixer + "A_log", filled({16, 4})},
                                       {mixer + "D", filled({16})},
                                       {mixer + "out_proj.weight", filled({8, 16})}},
                                      "");
  write_bytes(folder.file("ids"), "[5, 299, 17, 3]\n");
  write_bytes(folder.file("beyond"), "[5, 299, 300, 3]\n");
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> call = {"accuracy", "--model", model, "--format", "float"};
    call.insert(call.end(), more.begin(), more.end());
    return run_scansim(call);
  };
  const program_end scored = run({"--tokens", folder.file("ids")});
  CAPTURE(scored.out, scored.err);
  CHECK(scored.status == 0);
  CHECK(scored.out.find("perplexity") != std::string::npos);
  const program_end bytes = run({}), beyond = run({"--tokens", folder.file("beyond")});
  CAPTURE(bytes.err, beyond.err);
  CHECK(bytes.status == 2);
  CHECK(bytes.err.find("--tokens") != std::string::npos);
  CHECK(beyond.status == 2);
  CHECK(beyond.err.find("token[2]: expected a token id, 0 to 299, found 300") != std::string::npos);
}

TEST_CASE("accuracy cli measures digits-vim and a Vision Mamba that sparsify wrote", "[cli][accuracy]") {
  const temporary_folder folder;
  const auto measured = [&](const std::string& model, std::vector<std::string> more) {
    std::vector<std::string> call = {"accuracy", "--model", model, "--format", "float"};
    call.insert(call.end(), {"--json", folder.file("a.json")});
    call.insert(call.end(), more.begin(), more.end());
    const program_end end = run_scansim(call);
    CAPTURE(end.err);
    REQUIRE(end.status == 0);
    return nlohmann::json::parse(read_bytes(folder.file("a.json")));
  };
  const std::vector<std::string> pattern = {"--pattern", "2:8", "--method", "magnitude", "--no-hadamard"};
  const nlohmann::json j = measured("digits-vim", pattern);
  CHECK(j.at("metric") == "accuracy");
  CHECK(j.at("baseline").get<double>() == Approx(587.0 / 600));
  CHECK(j.at("value").get<double>() < 0.95);
  const std::string pruned = folder.file("p.safetensors");
  REQUIRE(run_scansim({"sparsify", digits_vim, "--pattern", "2:8", "--out", pruned}).status == 0);
  // The same pruning by the other command; doing it again changes nothing.
  CHECK(measured(pruned, {}).at("baseline") == j.at("value"));
  CHECK(measured(pruned, pattern).at("value") == j.at("value"));
}

TEST_CASE("accuracy and sparsify cli refuse bad calls with status 2, one line, no file",
          "[negative][cli][accuracy]") {
  struct refused_call {
    std::vector<std::string> arguments;
    std::string named;
  };
  const temporary_folder folder;
  const std::string out = folder.file("out.safetensors"), report = folder.file("j.json");
  const temporary_folder inputs;
  const std::string ids = inputs.file("ids");
  write_bytes(ids, "1 2 3\n");
  const auto accuracy = [&](std::vector<std::string> more) {
    std::vector<std::string> call = {"accuracy", "--json", report};
    call.insert(call.end(), more.begin(), more.end());
    return call;
  };
  const auto sparsify = [&](std::vector<std::string> more) {
    std::vector<std::string> call = {"sparsify", byte_mamba, "--json", report};
    call.insert(call.end(), more.begin(), more.end());
    return call;
  };
  const std::vector<refused_call> calls = {
      {accuracy({"--format", "W8A8"}), "--model"},
      {accuracy({"--model", "byte-mamba"}), "--format"},
      {accuracy({"--model", "gpt", "--format", "W8A8"}), "--model"},
      {accuracy({"--model", folder.file("none.safetensors"), "--format", "W8A8"}), "none.safetensors"},
      {accuracy({"--model", "byte-mamba", "--format", "W7A8"}), "--format"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--pattern", "0:4"}), "--pattern"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--pattern", ""}), "--pattern"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--state-pattern", "2:5"}), "--state-pattern"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--state-pattern", "2:4"}), "--state-pattern"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--state-group", "token"}), "--state-group"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--method", "random"}), "--method"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--bytes", "1"}), "--bytes"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--bytes", "65537"}), "--bytes"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--bytes", "-1"}), "--bytes"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--config", "base16"}), "operand_bits"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--ablation", "--pattern", "2:4"}),
       "--ablation"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--ablation", "--state-pattern", "2:4"}),
       "--ablation"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--ablation"}), "--ablation"},
      {accuracy({"--model", "digits-vim", "--format", "W8A8", "--ablation"}), "--ablation"},
      {accuracy({"--model", "digits-vim", "--format", "W8A8", "--bytes", "600"}), "--bytes"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", folder.file("none")}), "none"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", byte_mamba}), "tensor"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", ""}), "--tokens"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", ids, "--bytes", "9"}), "--bytes"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", ids, "--length", "4"}),
       "--length"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--tokens", ids}), "at least 4 token ids"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", ids, "--calibration", ids}),
       "--calibration"},
      {accuracy({"--model", "byte-mamba", "--format", "W8A8", "--calibration", ids}), "--tokens"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--context", "9"}), "--tokens"},
      {accuracy({"--model", "byte-mamba", "--format", "float", "--tokens", ids, "--context", "1048577"}),
       "--context"},
      {accuracy({"--model", "digits-vim", "--format", "float", "--tokens", ids}), "--tokens"},
      {sparsify({"--pattern", "2:4", "--out", out, "--tokens", folder.file("none")}), "none"},
      {sparsify({"--pattern", "2:4", "--out", out, "--tokens", byte_mamba}), "tensor"},
      {sparsify({"--pattern", "2:4", "--out", out, "--tokens", byte_mamba, "--text", byte_mamba}),
       "--tokens"},
      {sparsify({"--pattern", "2:4"}), "--out"},
      {sparsify({"--out", out}), "--pattern"},
      {sparsify({"--out", out, "--pattern", "5:4"}), "--pattern"},
      {sparsify({"--out", out, "--pattern", "a:b"}), "--pattern"},
      {sparsify({"--out", out, "--pattern", "2:4", "--side", "up"}), "--side"},
      {sparsify({"--out", out, "--pattern", "2:4", "--method", "activation"}), "--method"},
      {sparsify({"--out", out, "--pattern", "2:4", "--layers", "0,7"}), "--layers"},
      {{"sparsify", digits_vim, "--out", out, "--pattern", "2:4", "--text", byte_mamba}, "--text"},
      {sparsify({"--out", folder.file("none/out.safetensors"), "--pattern", "2:4"}), "--out"},
  };
  for (const refused_call& call : calls) {
    const program_end end = run_scansim(call.arguments);
    CAPTURE(call.arguments, end.err, end.out);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.err.find(call.named) != std::string::npos);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace scansim::test
