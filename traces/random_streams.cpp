#include "traces/random_streams.h"

#include <bit>
#include <cmath>

namespace scansim {

double portable_exp(double x) {
  x = x < -700 ? -700 : (x > 700 ? 700 : x);
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  // ln 2 in two parts: the first has 32 bits, so k times it is exact.
  const double r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
  double sum = 1.0;
  for (int n = 13; n >= 1; --n) sum = 1.0 + sum * r / n;  // Taylor; |r| <= 0.347
  return sum * std::bit_cast<double>(static_cast<uint64_t>(static_cast<int64_t>(k) + 1023) << 52);
}

double portable_log(double x) {
  const auto bits = std::bit_cast<uint64_t>(x);
  auto exponent = static_cast<int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double s = (m - 1.0) / (m + 1.0);  // log m = 2 atanh s, |s| <= 0.172
  const double s2 = s * s;
  double sum = 0;
  for (int n = 21; n >= 1; n -= 2) sum = sum * s2 + 1.0 / n;
  return 2.0 * s * sum + static_cast<double>(exponent) * 0.6931471805599453;
}

cosine_sine portable_cos_sin_turns(double t) {
  const double quarter = std::floor(4.0 * t + 0.5);
  const double x = (4.0 * t - quarter) * 1.5707963267948966;  // |x| <= pi/4
  const double x2 = x * x;
  double cosine = 1.0, sine = 1.0;
  for (int n = 16; n >= 2; n -= 2) {  // Taylor in Horner form; the last terms are below 1e-17
    cosine = 1.0 - cosine * x2 / (n * (n - 1));
    sine = 1.0 - sine * x2 / (n * (n + 1));
  }
  sine *= x;
  switch (static_cast<int>(quarter) & 3) {
    case 0:
      return {cosine, sine};
    case 1:
      return {-sine, cosine};
    case 2:
      return {-cosine, -sine};
    default:
      return {sine, -cosine};
  }
}

namespace {

// FNV-1a of the name, mixed with the seed by the finaliser of splitmix64.
uint64_t stream_seed(uint64_t seed, std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  uint64_t mixed = seed + 0x9e3779b97f4a7c15u * (hash | 1u);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

}  // namespace

random_stream::random_stream(uint64_t seed, std::string_view name) : engine_(stream_seed(seed, name)) {}

double random_stream::uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

double random_stream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * portable_log(1.0 - uniform()));
  const cosine_sine angle = portable_cos_sin_turns(uniform());
  spare_ = radius * angle.sine;
  has_spare_ = true;
  return radius * angle.cosine;
}

}  // namespace scansim
