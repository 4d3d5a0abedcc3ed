// Standard output and standard error, unbuffered and checked. Contract: what standard output does not take is
// a tool_error (exit status 3), never lost in silence; a broken standard error loses its own lines and
// nothing else: no exception, no status, no signal. Text goes out in plain lines (traces/one_line.h): no name
// in it steers a terminal.
#pragma once
#include <fmt/format.h>

#include <string_view>

namespace scansim {

// First thing in main: a closed stream keeps its number occupied, so that no file opened later takes it and
// receives what was meant for the stream.
void occupy_closed_streams();

void write_out(std::string_view text);                 // throws tool_error
void write_error(std::string_view text) noexcept;      // on standard error
void steer_error(std::string_view controls) noexcept;  // a terminal there

template <class... T>
void print_out(fmt::format_string<T...> format, T&&... values) {
  write_out(fmt::format(format, std::forward<T>(values)...));
}

}  // namespace scansim
