// How well the model holds over all measured rows, and the rows that stand out:
//   faster than its model by more than 5 % (a bound is a bound: a cache, or another call)
//   below a share of its model           apart from runs of the same kernel by more than 10 %
//   a spread of more than 20 %           bytes of DRAM above 1.5 or below 0.95 of the least
// The factor is measured / modelled, its mean geometric; correlation is Pearson's of the logarithms.
#pragma once
#include "host/correlate/gpu_correlation.h"

namespace scansim {

void fit_models(gpu_correlation& found);
void find_outliers(gpu_correlation& found, double outlier_percent);

}  // namespace scansim
