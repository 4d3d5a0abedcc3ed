// The coefficients of switching counters (models/energy/switching_energy.h) out of gates, and how wrong they
// are:
//   samples   every unit at gate level on many kinds of data: its energy and its counters, whole
//   fit       per unit the non-negative coefficients that make the sum of squared relative errors least
//   judged    on samples that the fit has not seen: held_out (other kinds of data, another trace), per unit
//   and of
//             the total of operation mixes that no sample has, with bars; stuck (classes of operands that are
//             zero or one value throughout, in mixes of their own), without: the coefficients are for
//             operands that move
// Contract: seeds are fixed, so the same tools give the same rows; gates that answer otherwise than hls end
// it (tool_error). Energy of a sample is that of its switching and of its clock, without leakage.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "host/energy/energy_measure.h"
#include "models/energy/switching_energy.h"

namespace scansim {

// What the estimate is held to, percent.
inline constexpr double most_unit_error = 15, most_total_error = 10;

struct energy_sample {
  std::string set;   // training, held_out or stuck
  std::string unit;  // as measured; gemm_lane_nm is of the counters and coefficients of gemm_lane
  std::string data;
  uint64_t seed = 1;
  std::string trace, design_point, source;
  uint64_t operations = 0, cycles = 0;
  double switched_pj = 0, clock_pj = 0;  // of all operations
  std::map<std::string, uint64_t> counts;
};

// `scan_trace`: a second run, of a scan, for held-out rows of its units.
std::vector<energy_sample> measure_samples(const std::string& layer_trace, const std::string& scan_trace,
                                           const design_point& point, const progress_callback& progress = {});
std::string samples_csv(std::span<const energy_sample> samples);
std::vector<energy_sample> read_samples(const std::string& file);

switching_model fit_switching(std::span<const energy_sample> samples, const design_point& point);

struct sample_error {
  std::string unit, data;
  uint64_t seed = 1;
  std::string trace;
  double gates_pj = 0, percent = 0;  // of an operation
};
struct mix_error {
  std::string mix;
  double percent = 0;
};
struct fit_verdict {
  std::map<std::string, std::vector<sample_error>> samples;  // by set
  std::map<std::string, std::vector<mix_error>> mixes;       // of the samples of a set
  double largest_of(const std::string& set, const std::string& unit) const;
  double largest_total(const std::string& set) const;
  bool within_bars() const;
};
fit_verdict judge_fit(std::span<const energy_sample> samples, const switching_model& model,
                      const design_point& point);

std::string coefficients_csv(std::span<const energy_sample> samples, const switching_model& model);
std::string fit_errors_csv(const fit_verdict& verdict);
std::string fit_text(const fit_verdict& verdict, const switching_model& model);

}  // namespace scansim
