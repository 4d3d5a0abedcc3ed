// A program's descriptors, taken apart and put back: for planting faults that the host's check refuses.
#pragma once
#include <catch2/catch.hpp>
#include <cstring>

#include "hls/units/unit_descriptor.h"
#include "host/program/check/program_check.h"

namespace scansim::test {

class listing {
 public:
  listing(program p, design_point point) : program_(std::move(p)), point_(std::move(point)) {}

  uint32_t find(hls::unit_opcode opcode, int which = 0) const {
    for (uint32_t i = 0; i < program_.runs[0].count; ++i)
      if ((words(i)[0] & 0xff) == static_cast<uint32_t>(opcode) && which-- == 0) return i;
    FAIL("no such descriptor");
    return 0;
  }
  uint32_t* words(uint32_t i) const {
    return const_cast<uint32_t*>(reinterpret_cast<const uint32_t*>(
        program_.image.data() + program_.runs[0].address + i * hls::descriptor_bytes));
  }
  void set_flag(uint32_t i, int bit, bool value) {
    words(i)[0] = (words(i)[0] & ~(1u << bit)) | static_cast<uint32_t>(value) << bit;
  }
  void drop(uint32_t i) {
    std::memmove(words(i), words(i + 1), (program_.runs[0].count - i - 1) * hls::descriptor_bytes);
    --program_.runs[0].count;
  }
  void check() const { check_program(point_, program_); }
  void refused(uint32_t i, const std::string& field) const {
    CAPTURE(i, field);
    CHECK_THROWS_WITH(check(), Catch::Contains("descriptor " + std::to_string(i) + ": " + field));
  }

  program program_;
  design_point point_;
};

}  // namespace scansim::test
