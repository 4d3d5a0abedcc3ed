// Student's t with `freedom` degrees that chance exceeds, on either side, as seldom as four standard
// deviations of a normal variable (6.3e-5): by how many of its spreads a mean of freedom + 1 observations may
// be off where the spread is an estimate from these same observations. 4 for many, 12 for six, 10050 for two.
// Contract: freedom >= 1; relative error below 1e-6. Source: Hill, Algorithm 396: Student's t-quantiles,
// Communications of the ACM 13 (1970), 619.
#pragma once

namespace scansim {

double student_of_four_deviations(double freedom);

}  // namespace scansim
