// Style and scripts of the pages, compiled in: an installed program needs no file for them.
#pragma once

namespace scansim::page_source {

extern const char* const style;
extern const char* const chart_script;
extern const char* const sweep_script;
extern const char* const result_script;
extern const char* const regress_script;

}  // namespace scansim::page_source
