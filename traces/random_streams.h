// Random numbers that are the same bits on every machine: std::mt19937_64 (fixed by the standard), and exp,
// log, sine and cosine from IEEE additions, multiplications and divisions alone (error below 4e-16 relative),
// because those of libm differ between machines in the last bit. Normal variates by Box-Muller. Contract:
// same (seed, stream name) -> same sequence, provided the file is compiled without floating-point contraction
// or fast-math (traces/CMakeLists.txt sees to it). Not for statistics that need more than 2^53 distinct
// uniforms.
#pragma once
#include <cstdint>
#include <random>
#include <string_view>

namespace scansim {

double portable_exp(double x);  // x clamped to [-700, 700]
double portable_log(double x);  // x > 0 and normal
// cos(2 pi t) and sin(2 pi t), 0 <= t <= 1.
struct cosine_sine {
  double cosine, sine;
};
cosine_sine portable_cos_sin_turns(double t);

class random_stream {
 public:
  // Streams of different names are independent of each other and of the order in which they are drawn.
  random_stream(uint64_t seed, std::string_view name);

  double uniform();  // [0, 1), 53 bits
  double normal();   // mean 0, variance 1; |value| < 8.6
  // exp(normal) scaled so that the median is `median` and the standard deviation of the logarithm `log_std`.
  double log_normal(double median, double log_std) { return median * portable_exp(log_std * normal()); }

 private:
  std::mt19937_64 engine_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace scansim
