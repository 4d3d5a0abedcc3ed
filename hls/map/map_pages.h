// The tables of the specifications that come from the machine's map, as Markdown.
//   fill_page(text, page, complaint)   text with every table between `<!-- map: NAME -->` and `<!-- /map -->`
//                                      written anew; false, with a complaint, for a NAME that there is not or
//                                      a marker without its end
// Names: opcodes, scan, transfer, params, gemm, conv, norm, hadamard, csrs, parameters, errors,
// scan-counters, unit-counters, scratch-reads, scratch-writes, scratch-modes, depths. Contract: pure.
#pragma once
#include <string>

namespace scansim::map {

bool fill_page(const std::string& text, std::string& page, std::string& complaint);

}  // namespace scansim::map
