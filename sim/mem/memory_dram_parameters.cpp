#include "sim/mem/memory_dram_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/mem/memory_parameter_file.h"

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
    file.refuse(field, "a power of two", fmt::format("'{}'", value));
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

void check_timing(const memory_parameter_file& file, const dram_timing& t) {
  if (t.tBURST < 1) file.refuse("tBURST_ns", "at least one clock", "0");
  if (t.tCCD_S < t.tBURST) file.refuse("tCCD_S_ns", "at least tBURST_ns", "less");
  if (t.tCL + t.tBURST + t.tRTW_gap <= t.tCWL)
    file.refuse("tCWL_ns", "less than tCL + tBURST + tRTW_gap", "more");
  // A refresh must be over, and every bank closed again, well before the next one is due.
  if (t.tREFI < 2 * (t.tRFC + t.tRAS + t.tRP + t.tWR + t.tCWL + t.tBURST))
    file.refuse("tREFI_ns", "at least twice tRFC plus one row cycle", "less");
}

dram_field field_of(const memory_parameter_file& file, const std::string& name) {
  if (name == "bank_group") return dram_field::bank_group;
  if (name == "bank") return dram_field::bank;
  if (name == "column") return dram_field::column;
  if (name == "row") return dram_field::row;
  file.refuse("address_order", "bank_group, bank, column or row", fmt::format("'{}'", name));
}

void read_address_order(memory_parameter_file& file, dram_parameters& parameters) {
  const auto words = file.words("address_order");
  if (words.size() != 4) file.refuse("address_order", "four fields", fmt::format("{}", words.size()));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const dram_field field = field_of(file, words[i]);
    const auto end = parameters.address_order.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(parameters.address_order.begin(), end, field) != end)
      file.refuse("address_order", "each field once", fmt::format("'{}' twice", words[i]));
    parameters.address_order[i] = field;
  }
  if (parameters.address_order[3] != dram_field::row)
    file.refuse("address_order", "row last", fmt::format("'{}'", words[3]));
}

}  // namespace

dram_parameters read_dram_parameters(const std::string& directory, const std::string& model,
                                     const memory_settings& set) {
  memory_parameter_file file(directory, model, set);
  dram_parameters p{};
  p.clock_fs = femtoseconds(file, "tCK_ns", 0.1, 100);
  p.timing = read_timing(file, p.clock_fs);
  check_timing(file, p.timing);
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

dram_address_map::dram_address_map(const dram_parameters& p) : banks_per_group_(p.banks_per_group) {
  const auto log2 = [](int value) { return std::countr_zero(static_cast<unsigned>(value)); };
  const auto mask = [](int size) { return static_cast<std::uint64_t>(size - 1); };
  interleave_shift_ = log2(p.interleave_bytes);
  channel_shift_ = log2(p.channels);
  burst_shift_ = log2(p.burst_bytes);
  offset_mask_ = mask(p.interleave_bytes);
  channel_mask_ = mask(p.channels);
  hash_mask_ = p.bank_hash ? mask(p.banks_per_group) : 0;
  int shift = 0;
  const auto take = [&shift, log2, mask](int size) {
    const bit_field field{shift, mask(size)};
    shift += log2(size);
    return field;
  };
  for (const dram_field field : p.address_order) {
    switch (field) {
      case dram_field::bank_group:
        group_ = take(p.bank_groups);
        break;
      case dram_field::bank:
        bank_ = take(p.banks_per_group);
        break;
      case dram_field::column:
        take(p.row_bytes / p.burst_bytes);
        break;
      case dram_field::row:
        row_ = {shift, ~std::uint64_t{0}};
        break;
    }
  }
}

}  // namespace scansim
