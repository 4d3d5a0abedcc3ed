// The rule of selective_scan_launch.h. Its numbers are estimates from instruction counts, not measurements:
// 12 warps hide the latency of shared memory and of the exps on a multiprocessor's four schedulers; under 64
// tokens a warp's scan over time leaves most of its lanes idle. Where a block has one channel it fetches B
// and C for that channel alone, and joins its warps at three barriers a state; four channels share what is
// fetched. So as soon as a warp per channel gives every scheduler two, four channels are cheaper than four
// warps per channel.
#include <stdexcept>
#include <string>

#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {

namespace {

constexpr int threads = 128;
constexpr int64_t filling_warps = 12;  // per multiprocessor
constexpr int64_t sharing_warps = 8;   // likewise: a warp per channel is enough
constexpr int too_short_to_share = 64;

scan_configuration in_time(int lanes, int tokens, int channels_per_lane = 1) {
  return {scan_schedule::in_time, threads, tokens, threads / lanes * channels_per_lane, lanes};
}

scan_configuration over_time(int items, int channels) {
  return {scan_schedule::over_time, threads, items, channels, 1};
}

// Fewest lanes first. Lanes times the registers of a lane cover N; more lanes than states / 4 would idle.
std::vector<scan_configuration> serial_configurations(int states) {
  if (states == 1) return {in_time(1, 32)};
  if (states <= 4) return {in_time(1, 32)};
  if (states <= 8) return {in_time(2, 32)};
  if (states <= 16) return {in_time(1, 32), in_time(4, 32)};
  if (states <= 32) return {in_time(4, 32)};
  if (states <= 64) return {in_time(8, 32)};
  return {in_time(16, 16)};
}

// The same with two channels to a lane, which the rule does not choose: half the blocks, so a measurement is
// to say where they pay. Tiles of 256 channels have 16 tokens.
std::vector<scan_configuration> paired_configurations(int states) {
  if (states <= 4) return {in_time(1, 16, 2)};
  if (states <= 8) return {in_time(2, 32, 2)};
  if (states <= 16) return {in_time(1, 16, 2), in_time(2, 32, 2), in_time(4, 32, 2)};
  if (states <= 32) return {in_time(4, 32, 2)};
  if (states <= 64) return {in_time(8, 32, 2)};
  return {in_time(16, 16, 2)};
}

}  // namespace

void check_scan_sizes(const scan_sizes& sizes) {
  const auto require = [](bool good, const std::string& what) {
    if (!good) throw std::invalid_argument("selective_scan: " + what);
  };
  require(sizes.batch > 0 && sizes.channels > 0 && sizes.length > 0, "sizes must be positive");
  require(sizes.length < 1 << 29, "fewer than 2^29 tokens");  // offsets within a group of rows are int
  require(sizes.states > 0 && sizes.states <= 256, "1 to 256 states, not " + std::to_string(sizes.states));
  require(sizes.groups > 0 && sizes.channels % sizes.groups == 0, "groups must divide the channels");
}

std::vector<scan_configuration> selective_scan_configurations(int states) {
  std::vector<scan_configuration> all = serial_configurations(states);
  for (const scan_configuration& paired : paired_configurations(states)) all.push_back(paired);
  for (const int items : {4, 8, 16}) {
    all.push_back(over_time(items, 4));  // a warp per channel
    all.push_back(over_time(items, 1));  // four warps per channel
  }
  return all;
}

scan_configuration selective_scan_choose(const scan_sizes& sizes, int multiprocessors) {
  check_scan_sizes(sizes);
  const int64_t channels = int64_t{sizes.batch} * sizes.channels;
  const int64_t enough = filling_warps * multiprocessors;
  const auto serial = serial_configurations(sizes.states);
  for (const scan_configuration& choice : serial)
    if (channels * choice.lanes_per_channel / 32 >= enough) return choice;
  if (sizes.length < too_short_to_share) return serial.back();
  // The whole length in one chunk of a warp, if it can be; four warps where channels are too few for one
  // each.
  const bool few = channels < sharing_warps * multiprocessors;
  const int warp_tokens = few ? (sizes.length + 3) / 4 : sizes.length;
  const int items = warp_tokens <= 128 ? 4 : warp_tokens <= 256 ? 8 : 16;
  return over_time(items, few && sizes.length > 128 ? 1 : 4);
}

}  // namespace scansim
