// Text with placeholders: a name in braces, {n}. Contract: `{` behind a `$` is the shell's (${VAR}), two
// braces stand for one ({{n}} is {n}), braces around anything but a name are text; a value is put in as it
// is and not looked at again. It knows no conditions and no loops.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace scansim {

std::vector<std::string> placeholders_in(const std::string& text);  // each as often as it stands there

// Every placeholder of the text must have a value (tool_error).
std::string filled_template(const std::string& text, const std::map<std::string, std::string>& values);

}  // namespace scansim
