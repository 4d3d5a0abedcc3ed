#include "hls/map/map_package.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <string>
#include <vector>

#include "hls/map/machine_map.h"

namespace scansim::map {
namespace {

int index_bits(size_t count) { return static_cast<int>(std::bit_width(count - 1)); }

std::string decimal(int width, uint64_t value) {
  return std::to_string(width) + "'d" + std::to_string(value);
}

std::string padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

class package_text {
 public:
  void line(const std::string& text) { text_ += text.empty() ? "\n" : "  " + text + "\n"; }
  void title(const std::string& text) { line(""), line("// " + text); }
  void size(const std::string& name, size_t value) {
    line("localparam int unsigned " + name + " = " + std::to_string(value) + ";");
  }
  void code(int width, const std::string& name, uint64_t value) {
    line("localparam logic [" + std::to_string(width - 1) + ":0] " + name + " = " + decimal(width, value) +
         ";");
  }
  // The names of a list under a prefix, each with its place in it.
  template <class Names>
  void list(int width, const std::string& prefix, const Names& names, size_t first = 0) {
    for (const char* name : names) code(width, prefix + upper_camel(name), first++);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// `local` is a word of SystemVerilog.
std::string member_name(std::string_view field) {
  return field == "local" ? "local_scan" : std::string(field);
}

void write_struct(package_text& out, const descriptor_layout& layout) {
  std::vector<descriptor_field> fields(layout.fields.begin(), layout.fields.end());
  std::sort(fields.begin(), fields.end(), [](const descriptor_field& a, const descriptor_field& b) {
    return a.first_bit() > b.first_bit();
  });
  const auto member = [&](int bits, const std::string& name) {
    const std::string range = bits == 1 ? "" : "[" + std::to_string(bits - 1) + ":0]";
    out.line("  logic " + padded(range, 8) + name + ";");
  };
  int end = 32 * descriptor_words;
  const auto reserved_down_to = [&](int first) {
    if (first < end) member(end - first, "reserved_" + std::to_string(first));
  };
  out.line("");
  out.line("typedef struct packed {");
  for (const descriptor_field& field : fields) {
    reserved_down_to(field.first_bit() + field.bits);
    member(field.bits, member_name(field.name));
    end = field.first_bit();
  }
  reserved_down_to(0);
  out.line("} " + std::string(layout.name) + "_desc_t;");
}

void write_descriptors(package_text& out) {
  out.title(
      "Descriptors (sim/README.md, sim/PROGRAM.md, section 2): one layout of fields each, and any of them.");
  out.size("DescBits", 32 * descriptor_words);
  for (const opcode_row& row : opcodes)
    out.code(opcode_field.bits, "Op" + upper_camel(row.name), static_cast<uint64_t>(row.code));
  for (const descriptor_layout& layout : descriptor_layouts) write_struct(out, layout);
  out.line("");
  out.line("typedef union packed {");
  for (const descriptor_layout& layout : descriptor_layouts)
    out.line("  " + padded(std::string(layout.name) + "_desc_t", 18) + layout.name + ";");
  out.line("} desc_t;");
}

void write_registers(package_text& out) {
  out.title("Registers (sim/README.md, section 6), by word.");
  char text[32];
  for (const csr::csr_row& row : csr::csrs) {
    std::snprintf(text, sizeof text, "10'h%03x", row.address / 4);
    out.line("localparam logic [9:0] Csr" + upper_camel(row.name) + " = " + text + ";");
  }
  const std::pair<const char*, uint32_t> values[] = {
      {"IdValue", csr::id_value}, {"VersionValue", csr::version_value}, {"MapValue", map_hash}};
  for (const auto& [name, value] : values) {
    std::snprintf(text, sizeof text, "32'h%08x", value);
    out.line(std::string("localparam logic [31:0] ") + name + " = " + text + ";");
  }
  out.title("Parameters of the design point that have a register, in their order.");
  out.size("NumParameters", num_parameter_csrs);
  size_t place = 0;
  for (const parameter_row& row : parameters)
    if (row.has_csr) out.size("Parameter" + std::string(row.rtl_parameter), place++);
  out.title("Error codes, in the order in which the rules are checked.");
  out.code(8, "ErrNone", 0);
  for (const csr::error_row& row : csr::errors)
    out.code(8, "Err" + upper_camel(row.name), static_cast<uint64_t>(row.code));
}

// A bit for each counter, the last one first.
void write_mask(package_text& out, const std::string& name, const std::string& bits) {
  out.line("localparam logic [NumCounters-1:0] " + name + " = {");
  for (size_t i = 0; i < bits.size(); i += 100) {
    const std::string part = bits.substr(i, 100);
    out.line("  " + std::to_string(part.size()) + "'b" + part + (i + 100 < bits.size() ? "," : "};"));
  }
}

void write_counters(package_text& out) {
  out.title(
      "Counters in CSR order (sim/README.md, section 5; sim/PROGRAM.md, section 7). First and Last: of a "
      "block.");
  out.size("NumCounters", num_counters);
  out.size("FirstUnitCounter", first_unit_counter);
  std::string time, sets;
  for (size_t i = 0; i < num_counters; ++i) {
    const counter_name& row = counter_names[i];
    const std::string block = upper_camel(row.block);
    if (i == 0 || counter_names[i - 1].block != row.block) {
      size_t last = i;
      while (last + 1 < num_counters && counter_names[last + 1].block == row.block) ++last;
      out.line("");
      out.size("First" + block, i);
      out.size("Last" + block, last);
    }
    out.size("Counter" + block + upper_camel(row.event), i);
    time.insert(time.begin(), row.kind == counter_class::time ? '1' : '0');
    sets.insert(sets.begin(), counts_sets(i) ? '1' : '0');
  }
  out.line("");
  out.line("// Counted only while a run lasts: cycles and stalls.");
  write_mask(out, "TimeCounters", time);
  out.line("// What only machines with sets count.");
  write_mask(out, "SetCounters", sets);
}

void write_ports(package_text& out) {
  const size_t params = std::size(read_targets) - 1;  // the first of those of the units
  const size_t behind = params + std::size(parameter_targets);
  const size_t targets = behind + std::size(read_targets_behind_params);
  const int target_bits = index_bits(targets);
  out.title("Targets of read jobs (params: the first of NumParamMemories), sources of write jobs.");
  out.size("NumReadTargets", targets);
  out.size("TargetBits", index_bits(targets));
  out.list(target_bits, "Target", read_targets);
  out.list(target_bits, "Target", read_targets_behind_params, behind);
  out.size("NumUnitTargets", targets - params);
  out.size("NumWriteSources", std::size(write_sources));
  out.list(index_bits(std::size(write_sources)), "Source", write_sources);
  out.title("Parameter memories.");
  out.size("NumParamMemories", std::size(parameter_targets));
  out.list(index_bits(std::size(parameter_targets)), "Mem", parameter_targets);
  out.title("Ports and modes of the scratch memory (sim/PROGRAM.md, section 4).");
  out.size("NumScratchReads", std::size(scratch_targets));
  out.list(index_bits(std::size(scratch_targets)), "Read", scratch_targets);
  out.size("NumScratchWrites", std::size(scratch_sources));
  out.list(index_bits(std::size(scratch_targets)), "Write", scratch_sources);
  out.list(index_bits(std::size(scratch_modes)), "Mode", scratch_modes);
  out.title("Command queues of the units, by bit of the push vector.");
  out.size("NumUnitCmds", std::size(unit_commands));
  size_t bit = 0;
  for (const char* name : unit_commands) out.size("Cmd" + upper_camel(name), bit++);
}

void write_depths(package_text& out) {
  out.title("Fixed depths and sizes.");
  for (const depth_row& row : depths) out.size(upper_camel(row.name), static_cast<size_t>(row.value));
}

}  // namespace

std::string upper_camel(std::string_view name) {
  std::string text;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') text += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return text;
}

std::string map_package() {
  package_text out;
  write_descriptors(out);
  write_registers(out);
  write_counters(out);
  write_ports(out);
  write_depths(out);
  return "// The machine's map: descriptors, registers, errors, counters, ports and depths. Written by "
         "hls/map/map_rtl.cpp; do not edit.\n"
         "// Fields, codes and indices of every module come from here; what they mean stands in the tables "
         "of hls/map/.\n"
         "package ssm_map_pkg;\n" +
         out.text() + "\nendpackage\n";
}

}  // namespace scansim::map
