// A network as its file says it (host/network/README.md): layers in order, each a kind with sizes, repeats
// and the tokens that it sees. Contract: strict: what the file says more or otherwise is an input_error with
// file, field, expected and found. What a layer costs is not known here (network_run.h).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/network/layer_kind.h"

namespace scansim {

inline constexpr int64_t most_tokens = 1 << 20, most_sequences = 1 << 12, most_repeats = 1 << 12;
inline constexpr int64_t most_rows = 1 << 23;  // tokens x sequences

struct network_layer {
  const layer_kind* kind = nullptr;
  std::string name;  // of the kind, if the file gives none
  std::string what;  // of a kind that says it
  int64_t repeats = 1;
  std::optional<int64_t> tokens;  // of its own
  bool last_token = false;        // one a sequence
  layer_values values;
};

struct network_spec {
  std::string file;  // as read
  std::string name, title, source;
  int64_t length = 0;   // of a prefill
  bool decode = false;  // has decode steps
  std::vector<network_layer> layers;

  bool has_own_tokens() const;  // of a layer: then the length is not free
};

// `name_or_path`: a name of list_networks(), a path that ends in .yaml or .yml, or a checkpoint
// (checkpoint_network.h).
network_spec load_network(const std::string& name_or_path, const std::string& folder);

std::vector<std::string> list_networks(const std::string& folder);  // sorted

}  // namespace scansim
