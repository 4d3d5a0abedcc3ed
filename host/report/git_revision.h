// The source revision that this program was built from. The build asks git each time, and recompiles one file
// only when the answer changed. Outside a git checkout the revision is "unknown" and counts as dirty.
#pragma once

namespace scansim {

const char* git_revision();  // 40 hexadecimal digits, or "unknown"
bool git_dirty();            // tracked files differ from the revision, or it is unknown

// Digests of the data folder and of the RTL when this program was built (host/run/source_digest.h).
const char* built_data_sha256();
const char* built_rtl_sha256();
// Whether they differed from the revision even then.
bool built_data_changed();
bool built_rtl_changed();

}  // namespace scansim
