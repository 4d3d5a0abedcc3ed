// Median and percentiles of a sample: value at rank p (n - 1) of the sorted sample, linear between two ranks.
// Contract: at least one value, all finite, else std::invalid_argument; the order of the values does not
// matter. Chosen over mean and deviation because launch times have a long upper tail. Holds no confidence
// interval.
#pragma once
#include <vector>

namespace scansim {

struct sample_summary {
  double median = 0, low = 0, high = 0;  // low, high: 5th and 95th percentile
};

double percentile(std::vector<double> values, double fraction);  // fraction in [0, 1]
sample_summary summarise(const std::vector<double>& values);

}  // namespace scansim
