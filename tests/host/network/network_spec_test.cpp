// Network files: what they mean, and wrong ones by the dozen, each refused in one line with its field.
#include "host/network/network_spec.h"

#include <catch2/catch.hpp>

#include "models/configs/data_directory.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

const std::string network_head = "network: 1\ntitle: t\nsource: s\nlength: 64\n";

network_spec network_of(const std::string& text) {
  const test::temporary_folder folder;
  test::write_bytes(folder.file("n.yaml"), text);
  return load_network(folder.file("n.yaml"), folder.path().string());
}

std::string refusal_of(const std::string& text) {
  try {
    network_of(text);
  } catch (const input_error& refusal) {
    return refusal.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("network_spec reads layers with their usual values, names, repeats and tokens", "[network]") {
  const network_spec spec = network_of(
      network_head +
      "decode: true\nlayers:\n"
      "  - {layer: mamba, repeats: 3, d_model: 64, d_inner: 128, d_state: 16, dt_rank: 4, source: here}\n"
      "  - {layer: linear, name: lm_head, inputs: 64, outputs: 256, tokens: last}\n"
      "  - {layer: missing, what: 'rotary, and more', macs_per_token: 7}\n");
  CHECK(spec.name == "n");
  CHECK(spec.decode);
  CHECK(spec.length == 64);
  REQUIRE(spec.layers.size() == 3);
  CHECK(spec.layers[0].name == "mamba");
  CHECK(spec.layers[0].repeats == 3);
  CHECK(spec.layers[0].values["conv"] == 4);
  CHECK(spec.layers[0].values["directions"] == 1);
  CHECK(spec.layers[1].name == "lm_head");
  CHECK(spec.layers[1].last_token);
  CHECK(spec.layers[2].what == "rotary, and more");
  CHECK(spec.layers[2].values["macs_per_token"] == 7);
}

TEST_CASE("network_spec refuses what it does not know, with the field", "[network]") {
  const std::string layer = "{layer: linear, inputs: 8, outputs: 8";
  const auto with = [&](const std::string& more) {
    return refusal_of(network_head + "layers: [" + layer + more + "}]");
  };
  const auto top = [&](const std::string& text) { return refusal_of(text + "layers: [" + layer + "}]\n"); };
  const std::pair<std::string, std::string> cases[] = {
      {with(", outputz: 3"),
       "layers[0].outputz: expected one of layer, name, repeats, source, tokens, inputs"},
      {with(", outputs: 9"), "layers[0].outputs: expected each key once"},
      {with(", repeats: 0"), "layers[0].repeats: expected a whole number from 1"},
      {with(", repeats: 1.5"), "layers[0].repeats: expected a whole number from 1"},
      {with(", repeats: [1]"), "found a list"},
      {with(", tokens: first"), "layers[0].tokens: expected a whole number"},
      {with(", name: 'a,b'"), "layers[0].name: expected letters"},
      {with(", name: ''"), "layers[0].name: expected a text"},
      {with(", what: x"), "layers[0].what: expected one of"},
      {refusal_of(network_head + "layers: [{layer: liner}]"),
       "layers[0].layer: expected one of mamba, mamba2"},
      {refusal_of(network_head + "layers: [{inputs: 3}]"), "layers[0].layer: expected one of"},
      {refusal_of(network_head + "layers: [linear]"), "layers[0].layer: expected one of"},
      {refusal_of(network_head + "layers: [{layer: linear, inputs: 8}]"),
       "layers[0].outputs: expected a whole number from 1 to 262144, found no such key"},
      {refusal_of(network_head + "layers: [{layer: linear, inputs: 8, outputs: 262145}]"),
       "layers[0].outputs"},
      {refusal_of(network_head + "layers: [{layer: linear, inputs: 0x10, outputs: 2}]"), "layers[0].inputs"},
      {refusal_of(network_head + "layers: [{layer: missing}]"), "layers[0].what: expected a text"},
      {refusal_of(network_head +
                  "layers: [{layer: mamba, d_model: 8, d_inner: 8, d_state: 8, dt_rank: 1, directions: 3}]"),
       "layers[0].directions: expected a whole number from 1 to 2"},
      {refusal_of(network_head + "layers: [{layer: norm, channels: 8, norm: batch}]"),
       "layers[0].norm: expected one of none, rms_norm, layer_norm, found 'batch'"},
      {refusal_of(network_head + "layers: [{layer: conv2d, inputs: 6, outputs: 8, kernel: 3, groups: 4}]"),
       "layers[0].groups: expected a divisor of inputs and outputs, found '4'"},
      {refusal_of(network_head +
                  "layers: [{layer: attention, d_model: 8, heads: 4, kv_heads: 3, head_dim: 2}]"),
       "layers[0].kv_heads: expected a divisor of heads, found '3'"},
      {refusal_of(network_head + "layers: [{layer: ss2d, d_model: 8, d_inner: 8, d_state: 1, dt_rank: 1, "
                                 "directions: 2, orders: columns}]"),
       "layers[0].directions: expected 1 with orders columns, found '2'"},
      {refusal_of(network_head + "layers: [{layer: scan, channels: 8, states: 1, orders: snakes}]"),
       "layers[0].orders: expected cross or joined, found 'snakes'"},
      {refusal_of(network_head + "layers: []"), "layers: expected a list of layers, found an empty list"},
      {refusal_of(network_head), "layers: expected a list of layers, found no such key"},
      {refusal_of(network_head + "layers: {}"), "layers: expected a list of layers, found a map"},
      {refusal_of(""), "file: expected YAML text"},
      {refusal_of("[1]"), "file: expected a map"},
      {top("network: 2\ntitle: t\nsource: s\nlength: 64\n"), "network: expected a whole number from 1 to 1"},
      {top("title: t\nsource: s\nlength: 64\n"), "network: expected"},
      {top("network: 1\nsource: s\nlength: 64\n"), "title: expected a text, found no such key"},
      {top("network: 1\ntitle: t\nlength: 64\n"), "source: expected a text"},
      {top("network: 1\ntitle: t\nsource: s\n"), "length: expected a whole number"},
      {top("network: 1\ntitle: \"a\\e[31m\"\nsource: s\nlength: 4\n"), "title: expected a text of one line"},
      {top("network: 1\ntitle: \"a\\nb\"\nsource: s\nlength: 4\n"), "title: expected a text of one line"},
      {top(network_head + "decode: yes\n"), "decode: expected one of false, true, found 'yes'"},
      {top(network_head + "batch: 2\n"), "batch: expected one of network, title"},
      {refusal_of(network_head + "decode: true\nlayers: [" + layer + ", tokens: 5}]"),
       "decode: expected false where a layer has tokens of its own"},
  };
  for (const auto& [found, expected] : cases) {
    CAPTURE(found, expected);
    CHECK(found.find("n.yaml: ") != std::string::npos);
    CHECK(found.find(expected) != std::string::npos);
    CHECK(found.find('\n') == std::string::npos);
  }
}

TEST_CASE("network_spec loads every network that comes with the program", "[network]") {
  const std::string folder = workload_directory();
  const std::vector<std::string> names = list_networks(folder);
  CHECK_FALSE(names.empty());
  for (const std::string& name : names) {
    CAPTURE(name);
    CHECK(load_network(name, folder).name == name);
  }
  CHECK_THROWS_WITH(load_network("mamba-131m", folder),
                    Catch::Contains("expected one of ") && Catch::Contains("found 'mamba-131m'"));
  CHECK_THROWS_AS(load_network("nowhere.yaml", folder), input_error);
}

}  // namespace scansim
