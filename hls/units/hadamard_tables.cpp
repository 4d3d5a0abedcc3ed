// hadamard_tables SV_PACKAGE: writes the +-1 matrices of hls/units/hadamard_matrix.h as a SystemVerilog
// package.
//   HadamardOrders[6*code +: 6] = m,   HadamardNegative[40*(40*code + row) + column] = 1 where
//   H_m[row][column] = -1
// code 0..4 stands for m = 1, 12, 20, 28, 40. The file rtl/units/ssm_hadamard_tables_pkg.sv is its output,
// committed; a test regenerates and compares. Host program, not part of the synthesizable subset.
#include <cstdio>

#include "hls/units/hadamard_matrix.h"

namespace {
using scansim::hls::max_hadamard_order;
constexpr int orders[] = {1, 12, 20, 28, 40};
constexpr int num_orders = 5;

void write_orders(std::FILE* out) {
  std::fprintf(out, "\n  localparam logic [%d:0] HadamardOrders = {", 6 * num_orders - 1);
  for (int code = num_orders; code-- > 0;)
    std::fprintf(out, "6'd%d%s", orders[code], code == 0 ? "};\n" : ", ");
}

void write_rows(std::FILE* out) {
  const int bits = max_hadamard_order * max_hadamard_order * num_orders;
  std::fprintf(out, "\n  localparam logic [%d:0] HadamardNegative = {", bits - 1);
  for (int code = num_orders; code-- > 0;) {
    const auto& h = scansim::hls::hadamard_of_order(orders[code]);
    for (int row = max_hadamard_order; row-- > 0;) {
      const bool last = code == 0 && row == 0;
      std::fprintf(out, "%s%d'h%010llx%s", row % 5 == 4 ? "\n    " : " ", max_hadamard_order,
                   static_cast<unsigned long long>(h.negative[row]), last ? "\n  };\n" : ",");
    }
  }
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: hadamard_tables SV_PACKAGE\n", stderr);
    return 2;
  }
  std::FILE* out = std::fopen(argv[1], "w");
  if (out == nullptr) return 3;
  std::fputs(
      "// Signs of the matrices H_m, written by hls/units/hadamard_tables.cpp; do not edit.\n"
      "// Code 0..4 stands for m = 1, 12, 20, 28, 40; word 40*code + row of HadamardNegative is a row, bit a "
      "its column a.\n"
      "package ssm_hadamard_tables_pkg;\n",
      out);
  write_orders(out);
  write_rows(out);
  std::fputs("\nendpackage\n", out);
  return std::fclose(out) == 0 ? 0 : 3;
}
