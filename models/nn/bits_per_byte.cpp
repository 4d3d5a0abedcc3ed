#include "models/nn/bits_per_byte.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace scansim {
namespace {

// -ln softmax(logits)[target]
double surprise(const Eigen::Ref<const Eigen::RowVectorXf>& logits, int32_t target) {
  const Eigen::RowVectorXd values = logits.cast<double>();
  const double largest = values.maxCoeff();
  return largest + std::log((values.array() - largest).exp().sum()) - values[target];
}

// -ln of the probability of the tokens that follow each of the window's `length` tokens from `begin`.
double window_nats(const window_logits& logits, std::span<const int32_t> text, size_t begin, size_t length,
                   int worker) {
  const float_matrix rows = logits(text.subspan(begin, length), worker);
  double nats = 0;
  for (size_t t = 0; t < length; ++t)
    nats += surprise(rows.row(static_cast<int64_t>(t)), text[begin + t + 1]);
  return nats;
}

}  // namespace

double bits_per_token(const window_logits& logits, std::span<const int32_t> text, int64_t context,
                      int workers) {
  if (text.size() < 2 || context < 1 || workers < 1)
    throw std::invalid_argument("bits_per_token: needs 2 tokens, a context of 1 and a worker");
  const size_t scored = text.size() - 1;
  const auto window = static_cast<size_t>(context);
  // One sum per window, added up in order: the same bits whatever the number of workers.
  std::vector<double> nats((scored + window - 1) / window, 0.0);
  std::vector<std::exception_ptr> failures(static_cast<size_t>(workers));
  const auto work = [&](int worker) {
    try {
      for (auto i = static_cast<size_t>(worker); i < nats.size(); i += static_cast<size_t>(workers)) {
        nats[i] = window_nats(logits, text, i * window, std::min(window, scored - i * window), worker);
      }
    } catch (...) {
      failures[static_cast<size_t>(worker)] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int worker = 1; worker < workers; ++worker) threads.emplace_back(work, worker);
    work(0);
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
  return std::accumulate(nats.begin(), nats.end(), 0.0) / std::numbers::ln2 / static_cast<double>(scored);
}

double bits_per_byte(const window_logits& logits, std::span<const uint8_t> text, int64_t context,
                     int workers) {
  return bits_per_token(logits, std::vector<int32_t>(text.begin(), text.end()), context, workers);
}

double bits_per_byte(const mamba_model& model, std::span<const uint8_t> text, int64_t context) {
  if (model.config().vocab != 256) throw std::invalid_argument("bits_per_byte: needs a byte-level model");
  return bits_per_byte([&](std::span<const int32_t> tokens, int) { return model.forward(tokens); }, text,
                       context, 1);
}

}  // namespace scansim
