// Random calls of the operators around the scan and of whole layers, for the tests that run their programs on
// several rungs.
#pragma once
#include <random>

#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_list.h"
#include "models/configs/design_point.h"
#include "tests/host/operators/operator_calls.h"
#include "traces/input_error.h"

namespace scansim::test {

inline operator_request random_gemm(std::mt19937_64& random, int word) {
  const auto upto = [&](int high) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(high));
  };
  const char* patterns[] = {"dense", "2:4", "1:4", "4:8", "2:8", "1:8", "2:16", "3:4"};
  const char* epilogues[] = {"none", "silu", "residual", "raw"};
  operator_request request;
  request.name = "gemm";
  request.pattern = patterns[random() % 8];
  request.epilogue = epilogues[random() % 4];
  request.rows = upto(random() % 4 == 0 ? 150 : 40);
  request.inner = upto(6 * word);
  request.columns = upto(5 * word);
  request.with_bias = random() % 2;
  if (random() % 2) request.weight_format = "w4g128", request.inner = upto(12 * word);
  request.gather = random() % 3 == 0;
  request.scatter = random() % 3 == 0;
  return request;
}

inline operator_request random_operator(std::mt19937_64& random, const design_point& point) {
  const auto upto = [&](int high) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(high));
  };
  const int word = point.axi_bytes();
  operator_request request;
  switch (random() % 5) {
    case 0:
      request = random_gemm(random, word);
      break;
    case 1:
      request.name = "conv1d";
      request.channels = upto(5 * word);
      request.length = upto(2 * point.chunk_tokens + 5);
      request.width = 2 + static_cast<int64_t>(random() % 3);
      request.with_state = random() % 2;
      request.silu = random() % 2;
      break;
    case 2: {
      const int sizes[] = {word, 4 * word, 12 * word / 2, 8 * word, 20 * word / 2, 28 * word / 2};
      request.name = "hadamard";
      request.rows = upto(point.chunk_tokens + 7);
      request.size = sizes[random() % 6];
      break;
    }
    case 3:
      request.name = "embedding";
      request.rows = upto(2 * point.chunk_tokens + 7);
      request.size = upto(8 * word);
      request.vocabulary = upto(60);
      break;
    default:
      request.name = "rms_norm";
      request.rows = upto(point.chunk_tokens + 7);
      request.size = upto(8 * word);
  }
  request.seed = random();
  return request;
}

inline operator_request random_layer(std::mt19937_64& random, const design_point& point,
                                     bool two_directions) {
  const auto upto = [&](int high) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(high));
  };
  const int word = point.axi_bytes();
  const char* patterns[] = {"dense", "2:4", "2:8", "1:4"};
  operator_request request;
  request.name = "mamba_block";
  request.model_width = word * upto(3);
  request.channels = word << random() % 4;
  request.states = random() % 2 ? 16 << random() % 2 : upto(16);
  request.length = upto(2 * point.chunk_tokens + 9);
  request.width = 2 + static_cast<int64_t>(random() % 3);
  request.pattern = patterns[random() % 4];
  request.weight_format = random() % 2 ? "w4g128" : "int8";
  request.with_state = !two_directions && random() % 2;
  request.bidirectional = two_directions;
  request.hadamard = random() % 4 != 0;
  if (!request.hadamard) request.channels = 8 + static_cast<int64_t>(random() % 100);
  if (request.states % 8 == 0 && request.hadamard && random() % 2) {
    request.state_pattern = patterns[1 + random() % 3];
    request.state_groups = random() % 4 ? request.channels / word : 1;
  }
  if (random() % 3 == 0) {  // a step of decoding, or short sequences
    const bool step = random() % 2;
    request.batch = 1 + upto(step ? point.chunk_tokens + 5 : 4);
    request.length = step ? 1 : 1 + upto(20);
  }
  request.seed = random();
  return request;
}

// A random row of few 4-bit weights can end with less fraction than its result wants, which the quantiser
// refuses: another one then.
inline operator_call quantisable_layer(operator_request& request, std::mt19937_64& random,
                                       const design_point& point) {
  for (;;) {
    const operator_call call = generate_operator(request);
    try {
      quantise_mamba_block(payload<mamba_block_call>(call), point, "test");
      return call;
    } catch (const input_error& refused) {
      if (std::string(refused.what()).find("at least the fraction bits of its result") == std::string::npos)
        throw;
      request.seed = random();
    }
  }
}

}  // namespace scansim::test
