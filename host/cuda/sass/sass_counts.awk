# Counts of one cubin: reads what ptxas -v said of it, then its disassembly (nvdisasm -c), writes one row of
# sass_counts.csv for each kernel of the table. A loop runs from the target of a backward branch to the last
# branch to it; the hot loop is the one that is densest in 2^x (in fma where a kernel has none: int8; in products of
# matrices where it has them: ssd). Of it the
# path is counted that does all of the arithmetic, the one with most fma, and of these the shortest; a loop inside
# counts once: what the kernel issues at least. A kernel without a loop (the decode step) is counted whole, both
# sides of a branch. Variable: architecture ("sm_90").
BEGIN { unreachable = 1e12 }
function number_before(text, word,   at) {
  at = index(text, word)
  if (!at) return 0
  text = substr(text, 1, at - 1)
  sub(/ +$/, "", text)
  sub(/^.*[^0-9]/, "", text)
  return text + 0
}
function precision_of(name) {
  if (name ~ /quamba|kernelIa/) return "int8"
  if (name ~ /kernelIf/ || name ~ /exp_kernel/) return "fp32"
  return name ~ /kernelINS_13bfloat16/ ? "bf16" : "fp16"
}
function int8_state(name) { return name ~ /state_update_kernelI(f|NS_[0-9]*[a-z0-9]*_bitsE)a/ }
# Which rows the table has: state updates whose state has the type of the activations or is int8, every scan, and exps.
function wanted(name) {
  if (name ~ /state_update_kernel/) return name ~ /kernelI(ff|aa)/ || name ~ /_bitsES._NS_/ || int8_state(name)
  return name ~ /selective_scan_(serial|block)_kernel|scan_sets_kernel|quamba_(scan|update)_kernel/ ||
         name ~ /exp_kernel|ssd_[a-z_]*_kernel|projection_kernel|add_values_kernel/
}
function shape_of(name) {
  if (!match(name, /(Li[0-9]+E)+(E|LNS_)/)) return "-"
  name = substr(name, RSTART, RLENGTH)
  sub(/LNS_$/, "", name)
  gsub(/Li/, "", name)
  gsub(/E+$/, "", name)
  gsub(/E/, "x", name)
  if (name ~ /x.*x1$/) sub(/x1$/, "", name)  # one channel to a lane
  return name
}
function stem_of(name) {
  match(name, /[0-9](selective_scan_serial|selective_scan_block|scan_sets|state_update|quamba_scan|quamba_update|projection|add_values|exp|ssd_[a-z_]*)_kernel/)
  return substr(name, RSTART + 1, RLENGTH - 8) (int8_state(name) ? "_int8_state" : name ~ /quamba_scan.*exp_methodE0E/ ? "_unit" : "")
}
# Bytes of one thread's access.
function width_of(code) { return code ~ /\.128/ ? 16 : code ~ /\.64/ ? 8 : code ~ /\.[US]8/ ? 1 : code ~ /\.[US]16/ ? 2 : 4 }
# The path from `first` to the branch at `last`: sets on[k] for its instructions. cost[k] is that of the way from
# k on: an instruction is 1, a fma takes 10000 off; backward branches are not taken.
function walk(first, last,   k, falls) {
  delete on
  for (k = last; k >= first; --k) {
    next_of[k] = 0
    cost[k] = unreachable
    if (k == last || (op[k] ~ /^BRA/ && to[k] == first)) cost[k] = 0
    falls = k < last && !(op[k] ~ /^(BRA|BRX|EXIT|RET)/ && !conditional[k])
    if (falls && cost[k + 1] < cost[k]) { cost[k] = cost[k + 1]; next_of[k] = k + 1 }
    if (op[k] ~ /^BRA/ && to[k] > k && to[k] <= last && cost[to[k]] < cost[k]) { cost[k] = cost[to[k]]; next_of[k] = to[k] }
    if (cost[k] < unreachable) cost[k] += 1 - (op[k] ~ /^(FFMA|HMMA)/ ? 10000 : 0)
  }
  for (k = first; k; k = next_of[k]) on[k] = 1
}
function count(first, last,   k, code) {
  delete n
  for (k = first; k <= last; ++k) {
    if (!(k in on)) continue
    code = op[k]
    ++n["all"]
    if (code ~ /^MUFU/) ++n["unit"]
    if (code ~ /^MUFU\.EX2/) ++n["ex2"]
    if (code ~ /^LDS/) { ++n["lds"]; n["lds_bytes"] += width_of(code) }
    if (code ~ /^STS/) ++n["sts"]
    if (code ~ /^HMMA/) ++n["products"]
    if (code ~ /^SHFL/) ++n["shfl"]
    if (code ~ /^LDG/) ++n["ldg"]
    if (code ~ /^(FFMA|FMUL|FADD)/) ++n["fp32"]
    if (code ~ /^(I2F|F2I|F2F|I2I)/) ++n["conversions"]
    if (code ~ /^(BRA|BSSY|BSYNC|BRX)/) ++n["branches"]
  }
}
# The stretch of code without branch, target or barrier whose global loads bring most: its loads are all in flight at
# once, as nothing there must wait for the first.
function burst(   k, loads, bytes, target, begins) {
  delete begins
  for (target in label) begins[label[target]] = 1
  n["burst_loads"] = n["burst_bytes"] = loads = bytes = 0
  for (k = 1; k <= size; ++k) {
    if (k in begins) loads = bytes = 0
    if (op[k] ~ /^LDG/) { ++loads; bytes += width_of(op[k]) }
    if (bytes > n["burst_bytes"]) { n["burst_loads"] = loads; n["burst_bytes"] = bytes }
    if (op[k] ~ /^(BRA|BRX|EXIT|RET|BAR|BSYNC|WARPSYNC)/) loads = bytes = 0
  }
}
# How dense a loop is in its mark, without the loops inside it. An int8 loop is to be large, too: softplus and
# silu are fma as well.
function density_of(first, last,   k, other, marks, own, mark, within) {
  mark = name ~ /quamba_scan/ && name !~ /exp_methodE0E/ ? "^FFMA" : name ~ /ssd_chunk|projection/ ? "^HMMA" : "^MUFU\\.EX2"
  delete within
  for (other in ends)
    if (other + 0 > first && ends[other] <= last)
      for (k = other + 0; k <= ends[other]; ++k) within[k] = 1
  for (k = first; k <= last; ++k)
    if (!(k in within)) { ++own; marks += op[k] ~ mark }
  return own ? marks / own * (name ~ /quamba_scan/ ? marks : 1) : 0
}
function updates_of(stem, shape, ex2,   part) {
  split(shape, part, "x")
  if (stem == "selective_scan_block") return part[1]
  if (stem ~ /^state_update/) return 4 * part[2]
  if (stem ~ /^quamba_/) return 16
  if (stem == "scan_sets") return part[2]
  if (stem == "add_values") return name ~ /kernelIf/ ? 4 : 8
  if (stem ~ /^ssd_state_update/) return 4 * part[2] * (int8_state(name) || name ~ /kernelIaa/ ? 16 : name ~ /kernelIff/ ? 4 : 8)
  if (stem == "projection" || stem == "ssd_chunk_state" || stem == "ssd_chunk_scan") return n["products"]
  return ex2
}
function finish(   target, density, most, first, last, stem, shape, k, updates) {
  if (name == "" || !wanted(name)) return
  for (k = 1; k <= size; ++k) to[k] = where[k] == "" ? 0 : label[where[k]]
  delete ends
  for (k = 1; k <= size; ++k)
    if (op[k] == "BRA" && to[k] && to[k] < k) ends[to[k]] = k
  most = 0
  for (target in ends) {
    density = density_of(target + 0, ends[target])
    if (density > most) { most = density; first = target + 0; last = ends[target] }
  }
  stem = stem_of(name)
  shape = shape_of(name)
  if (stem ~ /_update|state_passing|add_values/ || !most) {
    first = 1
    last = size
    delete on
    for (k = 1; k <= size; ++k) on[k] = 1
  } else walk(first, last)
  count(first, last)
  burst()
  if (stem == "exp") stem = name ~ /exp_methodE2/ ? "exp_split" : "exp_unit"
  # 4 rounds of 8 chains, whatever way an exp is computed.
  updates = stem ~ /^exp/ ? 32 : updates_of(stem, shape, n["ex2"])
  if (stem ~ /^exp/) sub(/^[0-9]*x/, "", shape)
  printf "%s,%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d\n", stem, precision_of(name), shape, architecture,
         registers[name], spills[name], shared[name], size, n["all"], updates, n["unit"], n["lds"], n["lds_bytes"],
         n["sts"], n["shfl"], n["ldg"], n["fp32"], n["conversions"], n["branches"], n["burst_loads"], n["burst_bytes"]
}
FNR == 1 { ++file }
file == 1 && /Compiling entry function/ { split($0, quoted, "'"); said = quoted[2] }
file == 1 && /spill stores/ { spills[said] = number_before($0, " bytes spill stores") + number_before($0, " bytes spill loads") }
file == 1 && /Used [0-9]+ registers/ { registers[said] = number_before($0, " registers"); shared[said] = number_before($0, " bytes smem") }
file == 1 { next }
/^\.text\./ {
  finish()
  name = $1
  sub(/^\.text\./, "", name)
  sub(/:$/, "", name)
  size = 0
  delete op
  delete label
  delete where
  next
}
/^\.L_[A-Za-z0-9_]+:/ { label[substr($1, 1, length($1) - 1)] = size + 1; next }
/^ +\/\*[0-9a-f]+\*\/ / {
  code = $2 ~ /^@/ ? $3 : $2
  op[++size] = code
  conditional[size] = $2 ~ /^@/ || (code == "BRA" && $3 ~ /^!?U?P[0-9]/)
  if (code == "BRA" && match($0, /`\([^)]*\)/)) where[size] = substr($0, RSTART + 2, RLENGTH - 3)
}
END { finish() }
