// A whole layer on a CUDA device, step by step against double precision. Without one each case says so in a
// line and passes.
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/host/cuda/layer/device_layer.h"
#include "tests/host/cuda/layer/layer_case.h"

using namespace scansim;

namespace {

bool device_absent() {
  static const std::string reason = why_no_device();
  static const bool said =
      !reason.empty() && std::printf("a layer on a device: skipped, %s\n", reason.c_str());
  return said;
}

void check_device(const layer_case& layer) {
  for (const gpu_precision precision : float_precisions)
    CHECK(layer_difference(generated_layer(layer), precision, device_layer) == "");
}

}  // namespace

TEST_CASE("layer device agrees at published sizes, tokens cut to 256", "[grid][gpu]") {
  if (device_absent()) return;
  check_device({.length = 128, .d_model = 384, .channels = 768, .states = 8, .width = 3});
  check_device({.batch = 2, .length = 256, .d_model = 768, .channels = 1536, .states = 16, .state = true});
}

TEST_CASE("layer device agrees for sizes that fill no tile", "[edges][gpu]") {
  if (device_absent()) return;
  check_device({.length = 1, .d_model = 1, .channels = 1, .states = 1, .width = 2});
  check_device(
      {.batch = 3, .length = 17, .d_model = 65, .channels = 67, .states = 5, .width = 3, .bias = false});
  check_device({.batch = 2, .length = 197, .d_model = 192, .channels = 384, .states = 16, .both = true});
  check_device({.length = 17, .d_model = 65, .channels = 67, .states = 5, .width = 3, .both = true});
  check_device({.length = 129, .d_model = 130, .channels = 64, .states = 33, .seed = 2});
}
