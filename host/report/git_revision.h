// The source revision that this program was built from. The build asks git each time, and recompiles one file
// only when the answer changed. Outside a git checkout the revision is "unknown" and counts as dirty.
#pragma once

namespace scansim {

const char* git_revision();  // 40 hexadecimal digits, or "unknown"
bool git_dirty();            // tracked files differ from the revision, or it is unknown

}  // namespace scansim
