#include "host/accuracy/scored_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "models/configs/data_directory.h"
#include "models/nn/token_file.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr size_t test_split = 65536;  // bytes from the start of heldout.txt
constexpr int64_t usual_context = 512, longest_context = 1 << 20;
constexpr size_t most_windows = 8, calibration_share = 4;

std::vector<int32_t> read_heldout() {
  const std::string path = data_directory() + "/models/nn/heldout.txt";
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const size_t least = test_split + most_windows * usual_context;
  if (text.size() < least)
    throw input_error(path, "text", fmt::format("at least {} bytes", least), fmt::format("{}", text.size()));
  std::vector<int32_t> ids;
  for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
  return ids;
}

// Windows whose activations, all kept, take some 2 GiB: of models as large as published ones not all eight.
size_t affordable_windows(const mamba_config& c, int64_t context) {
  constexpr int64_t most_bytes = int64_t{2} << 30;
  const int64_t values = 2 * c.d_model + 7 * c.d_inner + c.dt_rank + 2 * c.d_state;
  const int64_t window = static_cast<int64_t>(sizeof(float)) * values * c.n_layers * context;
  return static_cast<size_t>(std::clamp<int64_t>(most_bytes / window, 1, most_windows));
}

void require_number(const char* option, int64_t given, int64_t least, int64_t most) {
  if (given != 0 && (given < least || given > most))
    throw input_error("command line", option, fmt::format("{} to {}", least, most), fmt::format("{}", given));
}

}  // namespace

scored_tokens heldout_bytes(const accuracy_request& request, const std::string& model, int64_t vocabulary) {
  if (vocabulary != 256)
    throw input_error(model, "vocabulary", "256 (a byte-level model), or --tokens FILE with token ids",
                      fmt::format("{}", vocabulary));
  const std::vector<int32_t> text = read_heldout();
  const auto bytes = static_cast<int64_t>(request.bytes == 0 ? test_split : request.bytes);
  require_number("--bytes", bytes, 2, test_split);
  const auto split = text.begin() + static_cast<ptrdiff_t>(test_split);
  scored_tokens t{{text.begin(), text.begin() + bytes},
                  {split, text.end()},
                  most_windows,
                  usual_context,
                  "bits_per_byte",
                  {}};
  t.details["scored_bytes"] = bytes;
  t.details["calibration"] = fmt::format("{} windows of {} bytes of heldout.txt behind the first {}",
                                         most_windows, usual_context, test_split);
  return t;
}

scored_tokens tokens_of_files(const accuracy_request& request, const mamba_config& config) {
  scored_tokens t;
  t.metric = "bits_per_token";
  require_number("--context", request.context, 1, longest_context);
  t.context = request.context == 0 ? usual_context : request.context;
  t.windows = affordable_windows(config, t.context);
  token_file file = read_tokens(request.tokens, config.vocab);
  t.details = {{"tokens", request.tokens},
               {"tokens_sha256", sha256_of_file(request.tokens)},
               {"token_ids", file.form}};
  t.scored = std::move(file.ids);
  if (request.chooses() && !request.calibration.empty()) {
    t.calibration = read_tokens(request.calibration, config.vocab).ids;
    t.details["calibration"] = request.calibration;
    t.details["calibration_sha256"] = sha256_of_file(request.calibration);
  } else if (request.chooses()) {
    const size_t kept =
        std::min(t.scored.size() / calibration_share, most_windows * static_cast<size_t>(t.context));
    if (kept == 0)
      throw input_error(request.tokens, "file",
                        fmt::format("at least {} token ids (the last quarter is for the scales), or "
                                    "--calibration FILE with others",
                                    calibration_share),
                        fmt::format("{}", t.scored.size()));
    t.calibration.assign(t.scored.end() - static_cast<ptrdiff_t>(kept), t.scored.end());
    t.scored.resize(t.scored.size() - kept);
    t.details["calibration"] = fmt::format("in the last {} ids of the file, which are not scored", kept);
  }
  const auto there = static_cast<int64_t>(t.scored.size());
  if (there < 2)
    throw input_error(request.tokens, "file", "at least 2 token ids to score", fmt::format("{}", there));
  require_number("--length", request.length, 2, there);
  if (request.length != 0) t.scored.resize(static_cast<size_t>(request.length));
  t.details["scored_tokens"] = t.scored.size();
  return t;
}

}  // namespace scansim
