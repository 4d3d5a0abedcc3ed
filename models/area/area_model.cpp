#include "models/area/area_model.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

#include "models/area/area_features.h"
#include "models/area/count_field.h"
#include "models/area/fpga_dsp.h"
#include "models/area/fpga_memory.h"
#include "traces/file_kind.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t max_file_bytes = 16 << 20;
constexpr double weight_floor = 1000;  // LUTs of a point below which its error counts absolutely

using features_of_block = std::vector<double> block_features::*;
using size_of_block = double synthesised_point::block::*;

const nlohmann::json& member(const nlohmann::json& object, const std::string& key, const std::string& file,
                             const std::string& field) {
  if (!object.is_object() || !object.contains(key))
    throw input_error(file, field + "." + key, "a value", "none");
  return object.at(key);
}

synthesised_point read_point(const nlohmann::json& row, const std::string& file, const std::string& field) {
  synthesised_point read;
  read.point = design_point_from_json(member(row, "design_point", file, field), file);
  read.name = read.point.name;
  for (const auto& [name, cells] : member(row, "blocks", file, field).items()) {
    const std::string at = field + ".blocks." + name;
    read.blocks.push_back({name, static_cast<double>(count_field(cells, "lut", file, at)),
                           static_cast<double>(count_field(cells, "ff", file, at))});
    read.total.lut += read.blocks.back().lut, read.total.ff += read.blocks.back().ff;
  }
  read.total.dsp = count_field(row, "dsp", file, field);
  read.total.ramb36 = count_field(row, "ramb36", file, field);
  read.total.ramb18 = count_field(row, "ramb18", file, field);
  return read;
}

// What of a block is fitted: LUTs that are no memory, all flip-flops.
double fitted_part(const synthesised_point::block& block, const block_features& features,
                   size_of_block size) {
  return block.*size - (size == &synthesised_point::block::lut ? features.memory_lut : 0);
}

// Least squares, each point's error relative to the size of its machine.
std::vector<double> least_squares(const std::vector<synthesised_point>& points, size_t left_out,
                                  const std::string& block, features_of_block list, size_of_block size) {
  std::vector<std::vector<double>> rows;
  std::vector<double> values;
  for (size_t i = 0; i < points.size(); ++i) {
    if (i == left_out) continue;
    for (const synthesised_point::block& one : points[i].blocks) {
      if (one.name != block) continue;
      const block_features features = area_features(block, points[i].point);
      const double weight = 1 / std::max(weight_floor, points[i].total.lut);
      rows.push_back(features.*list);
      for (double& value : rows.back()) value *= weight;
      values.push_back(weight * fitted_part(one, features, size));
    }
  }
  const auto width = static_cast<Eigen::Index>(rows.empty() ? 0 : rows[0].size());
  Eigen::MatrixXd a(static_cast<Eigen::Index>(rows.size()), width);
  for (size_t i = 0; i < rows.size(); ++i)
    a.row(static_cast<Eigen::Index>(i)) = Eigen::Map<const Eigen::VectorXd>(rows[i].data(), width);
  const Eigen::VectorXd solved = a.completeOrthogonalDecomposition().solve(
      Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size())));
  return {solved.data(), solved.data() + solved.size()};
}

double dot(const std::vector<double>& left, const std::vector<double>& right) {
  double sum = 0;
  for (size_t i = 0; i < left.size(); ++i) sum += left[i] * right[i];
  return sum;
}

fit_error error_of(std::vector<double> errors) {
  if (errors.empty()) return {};
  std::sort(errors.begin(), errors.end());
  return {errors[errors.size() / 2], errors.back()};
}

}  // namespace

int64_t dsp_of(const design_point& point) {
  // Of a lane: softplus and dt, dt u, D u (4); silu and the gate (3). Of the descriptor check and the
  // walk: 5.
  return int64_t{element_dsps(point.operand_bits, point.state_bits)} * point.num_pe() +
         7 * int64_t{point.num_lanes} + 5;
}

area_model::area_model(const std::string& file) {
  const mapped_file text(file);
  require_at_most(text, max_file_bytes, file);
  const nlohmann::json read = parse_json_strict(text.text(), file, "file");
  const nlohmann::json& rows = member(read, "points", file, "file");
  if (!rows.is_array() || rows.empty())
    throw input_error(file, "points", "a list of synthesised points", describe_json(rows));
  for (size_t i = 0; i < rows.size(); ++i)
    points_.push_back(read_point(rows[i], file, "points[" + std::to_string(i) + "]"));
  fit_ = fitted(points_.size());
}

area_model::fit area_model::fitted(size_t left_out) const {
  fit blocks;
  for (const synthesised_point::block& one : points_.front().blocks)
    blocks.push_back(
        {one.name,
         least_squares(points_, left_out, one.name, &block_features::lut, &synthesised_point::block::lut),
         least_squares(points_, left_out, one.name, &block_features::ff, &synthesised_point::block::ff)});
  return blocks;
}

modelled_area area_model::predicted(const fit& blocks, const design_point& point) {
  modelled_area area;
  for (const block_fit& block : blocks) {
    const block_features features = area_features(block.name, point);
    area.lut += features.memory_lut + dot(block.lut, features.lut);
    area.ff += dot(block.ff, features.ff);
  }
  for (const memory_shape& memory : memory_shapes(point)) {
    const memory_resources resources = fpga_resources(memory);
    area.ramb36 += resources.ramb36, area.ramb18 += resources.ramb18;
  }
  area.dsp = dsp_of(point);
  return area;
}

modelled_area area_model::of(const design_point& point) const {
  if (point.has_units())
    throw input_error(point.name, "area", "a machine for the scan alone (gemm_depth 0)",
                      "gemm_depth " + std::to_string(point.gemm_depth));
  if (point.max_sets > 0)
    throw input_error(point.name, "area", "a machine of single scans (max_sets 0)",
                      "max_sets " + std::to_string(point.max_sets));
  return predicted(fit_, point);
}

area_model::fit_errors area_model::left_out_errors() const {
  std::vector<double> lut, ff;
  for (size_t i = 0; i < points_.size(); ++i) {
    const modelled_area guess = predicted(fitted(i), points_[i].point);
    lut.push_back(std::abs(guess.lut / points_[i].total.lut - 1));
    ff.push_back(std::abs(guess.ff / points_[i].total.ff - 1));
  }
  return {error_of(std::move(lut)), error_of(std::move(ff))};
}

}  // namespace scansim
