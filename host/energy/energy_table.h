// Measurements of many units as rows of a CSV file: what models/energy/gates/rows.csv is.
// Contract: a row per unit and kind of data, in the order of measured_units(); figures as measured, in the
// cell library's technology; which tool, library, design point and trace stands in every row. A unit that
// disagrees with hls ends it all: tool_error.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "host/energy/energy_measure.h"

namespace scansim {

// Every unit that the point and the trace have.
std::vector<energy_measurement> measure_all(const std::string& trace_path, const design_point& point,
                                            const drive_size& size, const progress_callback& progress = {});

std::string energy_csv(std::span<const energy_measurement> rows);

// A row read back: its texts by column. Errors: input_error naming file, line and column.
using energy_csv_row = std::map<std::string, std::string>;
std::vector<energy_csv_row> read_energy_csv(const std::string& file);

}  // namespace scansim
