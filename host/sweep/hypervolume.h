// The volume that a set of points dominates up to a reference point, all objectives minimised: how good a
// front is in one number. Exact, by slicing along the last objective (While, Hingston, Barone, Huband 2006);
// n points take about n log n steps in two objectives and n times more in each one further.
// Contract: points beyond the reference in any objective count as nothing.
#pragma once
#include <vector>

namespace scansim {

double hypervolume(std::vector<std::vector<double>> points, const std::vector<double>& reference);

}  // namespace scansim
