#include "models/ref/scan_sets_ref.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace scansim {

namespace {

using row_list = std::vector<int64_t>;

struct plane {
  int64_t height, width, rows;
};

// One name after the other, each as the loops of its definition.
class row_visitor {
 public:
  explicit row_visitor(const scan_sets_call& call) : call_(call) {}

  row_list visit(const scan_map& map, const plane& g) const {
    const std::string_view name = name_of(map);
    row_list rows;
    if (name == "raster") {
      for (int64_t row = 0; row < g.rows; ++row) rows.push_back(row);
    } else if (name == "transpose") {
      for (int64_t w = 0; w < g.width; ++w)
        for (int64_t h = 0; h < g.height; ++h) rows.push_back(h * g.width + w);
    } else if (name == "snake_rows" || name == "snake_columns") {
      return snake(g, name == "snake_rows");
    } else if (name == "diagonal") {
      return diagonal(g);
    } else if (name == "spiral") {
      return spiral(g);
    } else if (name == "list") {
      return call_.lists[static_cast<size_t>(map.numbers[0])];
    } else if (name == "dfs") {
      descend(call_.parents[static_cast<size_t>(map.numbers[0])], -1, rows);
    } else if (name == "shift") {
      for (int64_t row = map.numbers[0]; row < g.rows + map.numbers[0]; ++row)
        rows.push_back(row < 0 || row >= g.rows ? -1 : row);
    } else {
      return of_others(name, map, g);
    }
    return rows;
  }

 private:
  static row_list snake(const plane& g, bool along_rows) {
    row_list rows;
    const int64_t lines = along_rows ? g.height : g.width, length = along_rows ? g.width : g.height;
    bool back = false;
    for (int64_t line = 0; line < lines; ++line, back = !back)
      for (int64_t at = back ? length - 1 : 0; at >= 0 && at < length; at += back ? -1 : 1)
        rows.push_back(along_rows ? line * g.width + at : at * g.width + line);
    return rows;
  }

  static row_list diagonal(const plane& g) {
    row_list rows;
    for (int64_t k = 0; k <= g.height + g.width - 2; ++k) {
      row_list line;
      for (int64_t h = 0; h < g.height; ++h)
        for (int64_t w = 0; w < g.width; ++w)
          if (h + w == k) line.push_back(h * g.width + w);
      if (k % 2 == 1) std::reverse(line.begin(), line.end());
      rows.insert(rows.end(), line.begin(), line.end());
    }
    return rows;
  }

  // Straight on while there is a new row, else to the right.
  static row_list spiral(const plane& g) {
    std::vector<bool> seen(static_cast<size_t>(g.height * g.width));
    row_list rows;
    int64_t h = 0, w = 0, down = 0, right = 1;
    for (size_t i = 0; i < seen.size(); ++i) {
      rows.push_back(h * g.width + w);
      seen[static_cast<size_t>(rows.back())] = true;
      const auto free = [&](int64_t at_h, int64_t at_w) {
        return at_h >= 0 && at_h < g.height && at_w >= 0 && at_w < g.width &&
               !seen[static_cast<size_t>(at_h * g.width + at_w)];
      };
      if (!free(h + down, w + right)) {
        const int64_t turned = right;
        right = -down, down = turned;
      }
      h += down, w += right;
    }
    return rows;
  }

  static int64_t size_of(const row_list& parents, int64_t node) {
    int64_t size = 1;
    for (size_t i = 0; i < parents.size(); ++i)
      if (parents[i] == node) size += size_of(parents, static_cast<int64_t>(i));
    return size;
  }

  static void descend(const row_list& parents, int64_t node, row_list& rows) {
    if (node >= 0) rows.push_back(node);
    std::vector<std::pair<int64_t, int64_t>> children;  // size, node
    for (size_t i = 0; i < parents.size(); ++i) {
      const auto child = static_cast<int64_t>(i);
      if (parents[i] == node) children.emplace_back(size_of(parents, child), child);
    }
    std::sort(children.begin(), children.end());
    for (const auto& [size, child] : children) descend(parents, child, rows);
  }

  // Names that stand in front of other maps.
  row_list of_others(std::string_view name, const scan_map& map, const plane& g) const {
    row_list rows;
    if (name == "joined") {
      for (const scan_map& part : map.inner)
        for (const int64_t row : visit(part, g)) rows.push_back(row);
    } else if (name == "interleave") {
      const int64_t frame = g.height * g.width;
      for (const int64_t row : inner_or_raster(map, {g.height, g.width, frame}))
        for (int64_t f = 0; f < map.numbers[0]; ++f) rows.push_back(row < 0 ? -1 : f * frame + row);
    } else if (name == "atrous") {
      const int64_t p = map.numbers[0], a = map.numbers[1], b = map.numbers[2];
      row_list kept;
      int64_t height = 0;
      for (int64_t h = a; h < g.height; h += p, ++height)
        for (int64_t w = b; w < g.width; w += p) kept.push_back(h * g.width + w);
      const auto count = static_cast<int64_t>(kept.size());
      for (const int64_t row : inner_or_raster(map, {height, count / height, count}))
        rows.push_back(row < 0 ? -1 : kept[static_cast<size_t>(row)]);
    } else {
      rows = visit(map.inner[0], g);
      if (name == "reverse") std::reverse(rows.begin(), rows.end());
      for (int64_t& row : rows) row = row < 0 ? -1 : moved(name, map, g, row);
    }
    return rows;
  }

  static int64_t moved(std::string_view name, const scan_map& map, const plane& g, int64_t row) {
    const int64_t frame = g.height * g.width, f = row / frame, h = row % frame / g.width, w = row % g.width;
    if (name == "left_right") return f * frame + h * g.width + (g.width - 1 - w);
    if (name == "top_bottom") return f * frame + (g.height - 1 - h) * g.width + w;
    if (name == "frame") return row + map.numbers[0] * frame;
    return row;
  }

  row_list inner_or_raster(const scan_map& map, const plane& g) const {
    if (!map.inner.empty()) return visit(map.inner[0], g);
    row_list rows;
    for (int64_t row = 0; row < g.rows; ++row) rows.push_back(row);
    return rows;
  }

  const scan_sets_call& call_;
};

double step_softplus(double x) { return x > 20 ? x : std::log1p(std::exp(x)); }

double gate_of(set_gate gate, double z) {
  if (gate == set_gate::none) return 1;
  return gate == set_gate::linear ? z : z / (1 + std::exp(-z));
}

// Channels of a weight: of the set's own, or of all.
struct weight {
  const std::vector<float>& values;
  bool own;
};
weight pick(const scan_sets_call& call, const scan_set& set, std::vector<float> set_tensors::*member) {
  const bool own = !(set.own.*member).empty();
  return {own ? set.own.*member : call.shared.*member, own};
}

class set_scan {
 public:
  set_scan(const scan_sets_call& call, const scan_set& set)
      : call_(call),
        set_(set),
        u_(rows(set.maps.u)),
        p_(rows(set.maps.p)),
        out_(rows(set.maps.out)),
        delta_(pick(call, set, &set_tensors::delta)),
        a_(pick(call, set, &set_tensors::a)),
        b_(pick(call, set, &set_tensors::b)),
        c_(pick(call, set, &set_tensors::c)),
        d_(pick(call, set, &set_tensors::d)),
        bias_(pick(call, set, &set_tensors::delta_bias)) {}

  // Channel `i` of the set in sequence `batch`.
  void run(int64_t batch, int64_t i, scan_sets_output& out, std::vector<double>& h_last) {
    const int64_t channel = set_.first_channel + i, states = set_.states;
    const auto groups = b_.own ? set_.own.groups : call_.shared.groups;
    const int64_t group = b_.own ? i / (set_.channels / groups) : channel / (call_.channels / groups);
    const auto count = static_cast<int64_t>(u_.size());
    std::vector<double> h(static_cast<size_t>(states));
    for (int64_t n = 0; n < states && !set_.h0.empty(); ++n)
      h[at(n)] = set_.h0[at((batch * set_.channels + i) * states + n)];
    for (int64_t t = 0; t < count; ++t) {
      const int64_t position = set_.reverse ? count - 1 - t : t;
      const int64_t tag = set_.tags.empty() ? 0 : set_.tags[at(position)];
      if ((tag & tag_reset) != 0 || begins_segment(position, t)) std::fill(h.begin(), h.end(), 0);
      const double u = call_.u[at((batch * call_.channels + channel) * call_.length + u_[at(position)])];
      const int64_t row = p_[at(position)];
      double dt = delta_.values[at(element(delta_, batch, i) * call_.length + row)];
      if (!bias_.values.empty()) dt += bias_.values[at(bias_.own ? i : channel)];
      if (call_.delta_softplus) dt = step_softplus(dt);
      double v = 0;
      for (int64_t n = 0; n < states; ++n) {
        const size_t of_bc = at(((batch * groups + group) * states + n) * call_.length + row);
        const double a = a_.values[at((a_.own ? i : channel) * states + n)];
        const double before = (tag & tag_hold) != 0 ? h[at(n)] : std::exp(dt * a) * h[at(n)];
        const double drive = (tag & tag_hold) != 0 ? 0 : (set_.drive == set_drive::plain ? u : dt * u);
        h[at(n)] = before + drive * b_.values[of_bc];
        v += c_.values[of_bc] * (set_.tap == set_tap::pre ? before : h[at(n)]);
      }
      if (!d_.values.empty()) v += d_.values[at(d_.own ? i : channel)] * u;
      if ((tag & tag_mute) == 0 && out_[at(position)] >= 0) {
        const size_t to = at((batch * call_.channels + channel) * call_.output_rows + out_[at(position)]);
        out.y[to] += v * gate_of(set_.gate, call_.z.empty() ? 0 : call_.z[to]);
      }
    }
    for (int64_t n = 0; n < states && set_.final_state; ++n)
      h_last[at((batch * set_.channels + i) * states + n)] = h[at(n)];
  }

 private:
  static size_t at(int64_t index) { return static_cast<size_t>(index); }
  row_list rows(const std::string& name) const {
    return rows_by_loops(call_, parse_map(name, "scan_sets_ref", "map"), call_.length);
  }
  int64_t element(const weight& w, int64_t batch, int64_t i) const {
    return w.own ? batch * set_.channels + i : batch * call_.channels + set_.first_channel + i;
  }
  // The first step in a stretch of `segment` positions, counted from position 0.
  bool begins_segment(int64_t position, int64_t t) const {
    if (set_.segment == 0 || t == 0) return false;
    return set_.reverse ? position % set_.segment == set_.segment - 1 : position % set_.segment == 0;
  }

  const scan_sets_call& call_;
  const scan_set& set_;
  row_list u_, p_, out_;
  weight delta_, a_, b_, c_, d_, bias_;
};

}  // namespace

std::vector<int64_t> rows_by_loops(const scan_sets_call& call, const scan_map& map, int64_t rows) {
  return row_visitor(call).visit(map, {call.height, call.width, rows});
}

scan_sets_output scan_sets_ref(const scan_sets_call& call) {
  scan_sets_output out;
  out.y.assign(static_cast<size_t>(call.batch * call.channels * call.output_rows), 0);
  for (const scan_set& set : call.sets) {
    std::vector<double>& h_last = out.h_last.emplace_back();
    if (set.final_state) h_last.assign(static_cast<size_t>(call.batch * set.channels * set.states), 0);
    set_scan scan(call, set);
    for (int64_t batch = 0; batch < call.batch; ++batch)
      for (int64_t i = 0; i < set.channels; ++i) scan.run(batch, i, out, h_last);
  }
  return out;
}

}  // namespace scansim
