// The parameters of one DRAM subsystem, read from parameters/<model>.yaml. Times in the file are nanoseconds;
// here they are DRAM clocks, each rounded up: n = ceil(t / tCK), exact in femtoseconds. The address map of a
// channel takes the fields of `address_order` from the lowest bit up, above the offset in a DRAM burst:
//   block = address / interleave_bytes, channel = block mod channels, local = (block / channels) *
//   interleave_bytes + ...
// With bank_hash the bank is XORed with the low row bits, which spreads equally aligned streams over the
// banks.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "sim/mem/memory_timing.h"

namespace scansim {

// DRAM clocks, JEDEC names.
struct dram_timing {
  std::int64_t tRCD, tRP, tRAS, tCL, tCWL, tBURST;
  std::int64_t tCCD_S, tCCD_L, tRRD_S, tRRD_L, tFAW;
  std::int64_t tWR, tWTR_S, tWTR_L, tRTP, tRTW_gap;
  std::int64_t tREFI, tRFC;
};

enum class dram_field { bank_group, bank, column, row };

// Every field is read from the model's file: there is no default.
struct dram_parameters {
  dram_timing timing;
  std::int64_t clock_fs;     // tCK
  std::int64_t request_fs;   // controller and PHY, from the AXI handshake to the first DRAM command
  std::int64_t response_fs;  // PHY and controller, from the end of the data burst to the AXI beat
  int channels;
  int interleave_bytes;
  int burst_bytes;  // of one DRAM burst (column access) of one channel
  int bank_groups;
  int banks_per_group;
  int row_bytes;  // of one open row of one channel
  std::array<dram_field, 4> address_order;
  bool bank_hash;
  int read_queue_bursts;  // AXI bursts in flight
  int write_queue_bursts;

  int banks() const { return bank_groups * banks_per_group; }
};

// Reads `directory`/`model`.yaml, and `set` over it; throws input_error.
dram_parameters read_dram_parameters(const std::string& directory, const std::string& model,
                                     const memory_settings& set = {});

// Where one DRAM burst lives; `bank` counts over all groups of the channel, group = bank / banks_per_group.
struct dram_location {
  int channel = 0;
  int bank_group = 0;
  int bank = 0;
  std::int64_t row = 0;
};

// The shifts and masks of the address map, found once: a model asks for every DRAM burst.
class dram_address_map {
 public:
  explicit dram_address_map(const dram_parameters& parameters);
  dram_location locate(std::uint64_t address) const {
    const std::uint64_t block = address >> interleave_shift_;
    const std::uint64_t local = block >> channel_shift_ << interleave_shift_ | (address & offset_mask_);
    const std::uint64_t bits = local >> burst_shift_, row = row_.of(bits);
    dram_location where;
    where.channel = static_cast<int>(block & channel_mask_);
    where.bank_group = static_cast<int>(group_.of(bits));
    where.bank = where.bank_group * banks_per_group_ + static_cast<int>(bank_.of(bits) ^ (row & hash_mask_));
    where.row = static_cast<std::int64_t>(row);
    return where;
  }

 private:
  struct bit_field {
    int shift = 0;
    std::uint64_t mask = 0;
    std::uint64_t of(std::uint64_t bits) const { return bits >> shift & mask; }
  };
  int interleave_shift_, channel_shift_, burst_shift_;
  std::uint64_t offset_mask_, channel_mask_, hash_mask_;
  bit_field group_, bank_, row_;  // of the address within a channel, in DRAM bursts
  int banks_per_group_;
};

}  // namespace scansim
