#include "host/cuda/measure/layer_image.h"

#include <fmt/format.h>

#include "traces/input_error.h"

namespace scansim {

void check_layer_call(const mamba_block_call& c, const std::string& trace) {
  if (!c.state_sparsity.dense())
    throw input_error(trace, "state_sparsity", "every state (kernels of layers keep all)",
                      fmt::format("{}:{}", c.state_sparsity.n, c.state_sparsity.m));
  for (const int64_t size : {c.all_tokens(), c.expanded, c.d_model})
    if (size >= int64_t{1} << 31)
      throw input_error(trace, "x.shape", "sizes below 2^31", std::to_string(size));
}

bool has_layer_kernels(const mamba_block_call& given) {
  try {
    check_layer_call(given, "");
  } catch (const input_error&) {
    return false;
  }
  return true;
}

mamba_block_call layer_as_stored(const mamba_block_call& given, gpu_precision precision) {
  mamba_block_call c = given;
  const auto round = [&](std::vector<float>& values) {
    values = from_storage(to_storage(values, precision), precision);
  };
  for (std::vector<float>* values : {&c.x, &c.in_proj, &c.out_proj, &c.conv_state}) round(*values);
  for_each_branch(c, [&](mamba_branch_call& branch, size_t) { round(branch.x_proj), round(branch.dt_proj); });
  return c;
}

layer_image::layer_image(const mamba_block_call& c, gpu_precision precision)
    : tokens_(static_cast<size_t>(c.all_tokens())),
      states_(static_cast<size_t>(c.batch * c.channels * c.states)) {
  sizes_.batch = static_cast<int>(c.batch), sizes_.length = static_cast<int>(c.length);
  sizes_.d_model = static_cast<int>(c.d_model), sizes_.channels = static_cast<int>(c.channels);
  sizes_.states = static_cast<int>(c.states), sizes_.rank = static_cast<int>(c.rank);
  sizes_.width = static_cast<int>(c.width), sizes_.eps = static_cast<float>(c.eps);
  sizes_.precision = precision, sizes_.directions = c.backward ? 2 : 1;
  check_layer(sizes_);
  x_ = image_.add_floats(c.x, precision);
  norm_ = image_.add_floats(c.norm);
  in_proj_ = image_.add_floats(c.in_proj, precision);
  conv_state_ = image_.add_floats(c.conv_state, precision);
  for_each_branch(c, [&](const mamba_branch_call& b, size_t k) {
    branch_places& to = branch_[k];
    to.conv_weight = image_.add_floats(b.conv_weight), to.conv_bias = image_.add_floats(b.conv_bias);
    to.x_proj = image_.add_floats(b.x_proj, precision), to.dt_proj = image_.add_floats(b.dt_proj, precision);
    to.dt_bias = image_.add_floats(b.dt_bias), to.a = image_.add_floats(b.a), to.d = image_.add_floats(b.d);
  });
  h0_ = image_.add_floats(c.h0);
  out_proj_ = image_.add_floats(c.out_proj, precision);
  const auto between = [&](int64_t features) {
    return image_.reserve(tokens_ * static_cast<size_t>(features) * storage_bytes(precision));
  };
  normed_ = between(c.d_model);
  conv_input_ = between(c.channels), z_ = between(c.channels);
  for (int k = 0; k < sizes_.directions; ++k) {
    branch_places& to = branch_[k];
    to.u = between(c.channels), to.dt = between(c.rank), to.b = between(c.states), to.c = between(c.states);
    to.delta = between(c.channels), to.scanned = between(c.channels);
  }
  y_ = between(c.d_model);
  h_last_ = image_.reserve(h_last_bytes());
}

layer_call layer_image::at(std::byte* start) const {
  const auto place = [&](int64_t offset) { return offset == call_image::none ? nullptr : start + offset; };
  const auto floats = [&](int64_t offset) { return reinterpret_cast<float*>(place(offset)); };
  layer_call call = sizes_;
  call.x = place(x_), call.in_proj = place(in_proj_), call.out_proj = place(out_proj_);
  call.conv_state = place(conv_state_), call.norm = floats(norm_), call.h0 = floats(h0_);
  call.normed = place(normed_), call.conv_input = place(conv_input_), call.z = place(z_);
  for (int k = 0; k < call.directions; ++k) {
    const branch_places& from = branch_[k];
    layer_branch& to = call.branch[k];
    to.x_proj = place(from.x_proj), to.dt_proj = place(from.dt_proj);
    to.conv_weight = floats(from.conv_weight), to.conv_bias = floats(from.conv_bias);
    to.a = floats(from.a), to.d = floats(from.d), to.dt_bias = floats(from.dt_bias);
    to.u = place(from.u), to.dt = place(from.dt), to.b = place(from.b), to.c = place(from.c);
    to.delta = place(from.delta), to.scanned = place(from.scanned);
    to.h_last = floats(h_last_ + k * static_cast<int64_t>(states_ * sizeof(float)));
  }
  call.y = place(y_);
  return call;
}

}  // namespace scansim
