// `scansim sweep ask | tell | work`: the folder as others use it, optimisers and tasks of a cluster.
#pragma once
#include <string>

namespace scansim {

int print_space(const std::string& folder);
// Proposals on standard input, a JSON object a line; an answer a line on standard output.
int answer_proposals(const std::string& folder);
// `part`: "i/n", from 1.
int work_part(const std::string& folder, const std::string& part, int jobs);

}  // namespace scansim
