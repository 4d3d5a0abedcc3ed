#include "host/cuda/measure/layer_image.h"

#include <fmt/format.h>

#include "traces/input_error.h"

namespace scansim {

void check_layer_call(const mamba_block_call& c, const std::string& trace) {
  if (c.backward)
    throw input_error(trace, "backward.A", "a layer of one direction (kernels of layers have no second)",
                      "one");
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
  for (std::vector<float>* values :
       {&c.x, &c.in_proj, &c.out_proj, &c.conv_state, &c.forward.x_proj, &c.forward.dt_proj})
    *values = from_storage(to_storage(*values, precision), precision);
  return c;
}

layer_image::layer_image(const mamba_block_call& c, gpu_precision precision)
    : tokens_(static_cast<size_t>(c.all_tokens())),
      states_(static_cast<size_t>(c.batch * c.channels * c.states)) {
  sizes_.batch = static_cast<int>(c.batch), sizes_.length = static_cast<int>(c.length);
  sizes_.d_model = static_cast<int>(c.d_model), sizes_.channels = static_cast<int>(c.channels);
  sizes_.states = static_cast<int>(c.states), sizes_.rank = static_cast<int>(c.rank);
  sizes_.width = static_cast<int>(c.width), sizes_.eps = static_cast<float>(c.eps);
  sizes_.precision = precision;
  check_layer(sizes_);
  const mamba_branch_call& b = c.forward;
  x_ = image_.add_floats(c.x, precision);
  norm_ = image_.add_floats(c.norm);
  in_proj_ = image_.add_floats(c.in_proj, precision);
  conv_weight_ = image_.add_floats(b.conv_weight), conv_bias_ = image_.add_floats(b.conv_bias);
  conv_state_ = image_.add_floats(c.conv_state, precision);
  x_proj_ = image_.add_floats(b.x_proj, precision), dt_proj_ = image_.add_floats(b.dt_proj, precision);
  dt_bias_ = image_.add_floats(b.dt_bias), a_ = image_.add_floats(b.a), d_ = image_.add_floats(b.d);
  h0_ = image_.add_floats(c.h0);
  out_proj_ = image_.add_floats(c.out_proj, precision);
  const auto between = [&](int64_t features) {
    return image_.reserve(tokens_ * static_cast<size_t>(features) * storage_bytes(precision));
  };
  normed_ = between(c.d_model);
  conv_input_ = between(c.channels), z_ = between(c.channels), u_ = between(c.channels);
  dt_ = between(c.rank), b_ = between(c.states), c_ = between(c.states);
  delta_ = between(c.channels), scanned_ = between(c.channels);
  y_ = between(c.d_model);
  h_last_ = image_.reserve(h_last_bytes());
}

layer_call layer_image::at(std::byte* start) const {
  const auto place = [&](int64_t offset) { return offset == call_image::none ? nullptr : start + offset; };
  const auto floats = [&](int64_t offset) { return reinterpret_cast<float*>(place(offset)); };
  layer_call call = sizes_;
  call.x = place(x_), call.in_proj = place(in_proj_), call.x_proj = place(x_proj_);
  call.dt_proj = place(dt_proj_), call.out_proj = place(out_proj_), call.conv_state = place(conv_state_);
  call.norm = floats(norm_), call.conv_weight = floats(conv_weight_), call.conv_bias = floats(conv_bias_);
  call.a = floats(a_), call.d = floats(d_), call.dt_bias = floats(dt_bias_), call.h0 = floats(h0_);
  call.normed = place(normed_), call.conv_input = place(conv_input_), call.z = place(z_);
  call.u = place(u_), call.dt = place(dt_), call.b = place(b_), call.c = place(c_);
  call.delta = place(delta_), call.scanned = place(scanned_);
  call.y = place(y_), call.h_last = floats(h_last_);
  return call;
}

}  // namespace scansim
