// The matrix unit under emulation: operands as they lie in memory against the product that they stand for.
#include "host/cuda/numerics/matrix_unit.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace scansim;

namespace {

constexpr int stride = 24;

template <typename T>
struct product_case {
  static constexpr int depth = matrix_operand<T>::depth;
  T left[matrix_rows * stride], right[matrix_columns * stride];
  float sums[matrix_rows * matrix_columns];

  explicit product_case(unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    for (T& value : left) value = from_float<T>(normal(random));
    for (T& value : right) value = from_float<T>(normal(random));
    for (float& value : sums) value = normal(random);
  }
  double want(int row, int column) const {
    double sum = sums[row * matrix_columns + column];
    for (int k = 0; k < depth; ++k)
      sum += static_cast<double>(to_float(left[row * stride + k])) * to_float(right[column * stride + k]);
    return sum;
  }
};

template <typename T>
void store(float* out, const float (&sums)[4]) {
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = 0; i < 4; ++i) out[(lane / 4 + i / 2 * 8) * matrix_columns + lane % 4 * 2 + i % 2] = sums[i];
}

template <typename T>
void check_product(double tolerance) {
  const product_case<T> one(7);
  float out[matrix_rows * matrix_columns];
  emulation::launch({1}, {32}, [&] {
    const int lane = static_cast<int>(threadIdx.x);
    float sums[4];
    for (int i = 0; i < 4; ++i)
      sums[i] = one.sums[(lane / 4 + i / 2 * 8) * matrix_columns + lane % 4 * 2 + i % 2];
    multiply_add<T>(sums, load_left(one.left, stride, lane), load_right(one.right, stride, lane));
    store<T>(out, sums);
  });
  for (int row = 0; row < matrix_rows; ++row)
    for (int column = 0; column < matrix_columns; ++column)
      CHECK(std::abs(out[row * matrix_columns + column] - one.want(row, column)) < tolerance);
}

// left (16, depth) times the identity, then those sums as the left operand of the next product.
template <typename T>
void check_sums_as_left() {
  constexpr int depth = matrix_operand<T>::depth;
  const product_case<T> one(11);
  float out[matrix_rows * matrix_columns];
  emulation::launch({1}, {32}, [&] {
    const int lane = static_cast<int>(threadIdx.x);
    float sums[depth / matrix_columns][4], next[4] = {};
    for (int j = 0; j < depth / matrix_columns; ++j)
      for (int i = 0; i < 4; ++i)
        sums[j][i] =
            to_float(one.left[(lane / 4 + i / 2 * 8) * stride + j * matrix_columns + lane % 4 * 2 + i % 2]);
    multiply_add<T>(next, left_of_sums<T>(sums), load_right(one.right, stride, lane));
    store<T>(out, next);
  });
  for (int row = 0; row < matrix_rows; ++row)
    for (int column = 0; column < matrix_columns; ++column)
      CHECK(std::abs(out[row * matrix_columns + column] -
                     (one.want(row, column) - one.sums[row * matrix_columns + column])) < 1e-5);
}

}  // namespace

TEST_CASE("matrix unit multiplies 16 by 8, float32 to some 2^-21", "[unit][gpu]") {
  check_product<bfloat16_bits>(1e-5);
  check_product<half_bits>(1e-5);
  check_product<float>(8 * 5 * std::ldexp(1.0, -20));  // 8 products of values below 5
}

TEST_CASE("sums are the left operand of the next product", "[unit][gpu]") {
  check_sums_as_left<bfloat16_bits>();
  check_sums_as_left<half_bits>();
  check_sums_as_left<float>();
}

TEST_CASE("a matrix unit without all of its lanes is an error", "[unit][gpu]") {
  const auto part = [](unsigned threads) {
    emulation::launch({1}, {threads}, [] {
      float sums[4] = {};
      multiply_add<half_bits>(sums, matrix_left{}, matrix_right{});
    });
  };
  CHECK_NOTHROW(part(64));
  CHECK_THROWS_AS(part(48), std::logic_error);
  CHECK_THROWS_AS(emulation::launch({1}, {32},
                                    [] {
                                      float sums[4] = {};
                                      if (threadIdx.x < 31)
                                        multiply_add<half_bits>(sums, matrix_left{}, matrix_right{});
                                    }),
                  std::logic_error);
}
