#include "sim/mem/memory_dram_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/mem/memory_parameter_file.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double fs_per_ns = 1e6;

std::int64_t femtoseconds(memory_parameter_file& file, const std::string& field, double lowest_ns,
                          double highest_ns) {
  return std::llround(file.number(field, lowest_ns, highest_ns) * fs_per_ns);
}

int power_of_two(memory_parameter_file& file, const std::string& field, int lowest, int highest) {
  const int value = file.integer(field, lowest, highest);
  if (!std::has_single_bit(static_cast<unsigned>(value)))
    throw input_error(file.path(), field, "a power of two", fmt::format("'{}'", value));
  return value;
}

dram_timing read_timing(memory_parameter_file& file, std::int64_t clock_fs) {
  const auto clocks = [&](const std::string& field, double highest_ns = 1000) {
    return (femtoseconds(file, field, 0, highest_ns) + clock_fs - 1) / clock_fs;
  };
  dram_timing t{};
  t.tRCD = clocks("tRCD_ns"), t.tRP = clocks("tRP_ns"), t.tRAS = clocks("tRAS_ns");
  t.tCL = clocks("tCL_ns"), t.tCWL = clocks("tCWL_ns"), t.tBURST = clocks("tBURST_ns");
  t.tCCD_S = clocks("tCCD_S_ns"), t.tCCD_L = clocks("tCCD_L_ns");
  t.tRRD_S = clocks("tRRD_S_ns"), t.tRRD_L = clocks("tRRD_L_ns"), t.tFAW = clocks("tFAW_ns");
  t.tWR = clocks("tWR_ns"), t.tWTR_S = clocks("tWTR_S_ns"), t.tWTR_L = clocks("tWTR_L_ns");
  t.tRTP = clocks("tRTP_ns"), t.tRTW_gap = clocks("tRTW_gap_ns");
  t.tREFI = clocks("tREFI_ns", 1e6), t.tRFC = clocks("tRFC_ns", 1e5);
  return t;
}

void check_timing(const std::string& path, const dram_timing& t) {
  if (t.tBURST < 1) throw input_error(path, "tBURST_ns", "at least one clock", "0");
  if (t.tCCD_S < t.tBURST) throw input_error(path, "tCCD_S_ns", "at least tBURST_ns", "less");
  if (t.tCL + t.tBURST + t.tRTW_gap <= t.tCWL)
    throw input_error(path, "tCWL_ns", "less than tCL + tBURST + tRTW_gap", "more");
  // A refresh must be over, and every bank closed again, well before the next one is due.
  if (t.tREFI < 2 * (t.tRFC + t.tRAS + t.tRP + t.tWR + t.tCWL + t.tBURST))
    throw input_error(path, "tREFI_ns", "at least twice tRFC plus one row cycle", "less");
}

dram_field field_of(const std::string& path, const std::string& name) {
  if (name == "bank_group") return dram_field::bank_group;
  if (name == "bank") return dram_field::bank;
  if (name == "column") return dram_field::column;
  if (name == "row") return dram_field::row;
  throw input_error(path, "address_order", "bank_group, bank, column or row", fmt::format("'{}'", name));
}

void read_address_order(memory_parameter_file& file, dram_parameters& parameters) {
  const auto words = file.words("address_order");
  if (words.size() != 4)
    throw input_error(file.path(), "address_order", "four fields", fmt::format("{}", words.size()));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const dram_field field = field_of(file.path(), words[i]);
    const auto end = parameters.address_order.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(parameters.address_order.begin(), end, field) != end)
      throw input_error(file.path(), "address_order", "each field once", fmt::format("'{}' twice", words[i]));
    parameters.address_order[i] = field;
  }
  if (parameters.address_order[3] != dram_field::row)
    throw input_error(file.path(), "address_order", "row last", fmt::format("'{}'", words[3]));
}

}  // namespace

dram_parameters read_dram_parameters(const std::string& directory, const std::string& model) {
  memory_parameter_file file(directory, model);
  dram_parameters p;
  p.clock_fs = femtoseconds(file, "tCK_ns", 0.1, 100);
  p.timing = read_timing(file, p.clock_fs);
  check_timing(file.path(), p.timing);
  p.request_fs = femtoseconds(file, "request_ns", 0, 10000);
  p.response_fs = femtoseconds(file, "response_ns", 0, 10000);
  p.channels = power_of_two(file, "channels", 1, 64);
  p.burst_bytes = power_of_two(file, "burst_bytes", 8, 256);
  p.interleave_bytes = power_of_two(file, "interleave_bytes", p.burst_bytes, 1 << 20);
  p.bank_groups = power_of_two(file, "bank_groups", 1, 16);
  p.banks_per_group = power_of_two(file, "banks_per_group", 1, 16);
  p.row_bytes = power_of_two(file, "row_bytes", p.burst_bytes, 1 << 16);
  p.bank_hash = file.flag("bank_hash");
  p.read_queue_bursts = file.integer("read_queue_bursts", 1, 4096);
  p.write_queue_bursts = file.integer("write_queue_bursts", 1, 4096);
  read_address_order(file, p);
  file.finish();
  return p;
}

dram_location locate_dram_burst(const dram_parameters& p, std::uint64_t address) {
  const auto log2 = [](int value) { return std::countr_zero(static_cast<unsigned>(value)); };
  const std::uint64_t block = address >> log2(p.interleave_bytes);
  dram_location where;
  where.channel = static_cast<int>(block & static_cast<unsigned>(p.channels - 1));
  const std::uint64_t offset = address & static_cast<unsigned>(p.interleave_bytes - 1);
  std::uint64_t rest =
      (((block >> log2(p.channels)) << log2(p.interleave_bytes)) | offset) >> log2(p.burst_bytes);
  const auto take = [&rest, log2](int size) {
    const auto value = static_cast<int>(rest & static_cast<unsigned>(size - 1));
    rest >>= log2(size);
    return value;
  };
  int bank_in_group = 0;
  for (const dram_field field : p.address_order) {
    switch (field) {
      case dram_field::bank_group:
        where.bank_group = take(p.bank_groups);
        break;
      case dram_field::bank:
        bank_in_group = take(p.banks_per_group);
        break;
      case dram_field::column:
        take(p.row_bytes / p.burst_bytes);
        break;
      case dram_field::row:
        where.row = static_cast<std::int64_t>(rest);
        break;
    }
  }
  if (p.bank_hash) bank_in_group ^= static_cast<int>(where.row & (p.banks_per_group - 1));
  where.bank = where.bank_group * p.banks_per_group + bank_in_group;
  return where;
}

}  // namespace scansim
