// The forms in which profilers hand out what they saw, told by their content:
//   ncu      raw page, details page (CSV); its summaries and its page of the source are known and refused by
//   name nsys     kernel summary, trace of the GPU or of launches (CSV of nsys stats), exported SQLite
//   database pytorch  Chrome trace of its profiler (JSON)
// Contract: each form is a row of a table (how it is known, who reads it) and a file of its own; all give an
// import_page. Choose the tool by what the user said; a file of another tool is refused by the option that
// reads it. Throws input_error: no form of this tool, or what its reader refuses.
#pragma once
#include <string>
#include <string_view>

#include "host/gpu_profile/import_page.h"

namespace scansim {

enum class import_tool { ncu, nsys, pytorch };

// `decimal_mark` as in import_choice.
import_page read_import(const std::string& path, import_tool tool, char decimal_mark);
import_page read_import_text(std::string_view text, const std::string& file, import_tool tool,
                             char decimal_mark);

}  // namespace scansim
