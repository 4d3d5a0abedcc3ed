# What the rows of RESULTS.md share: figures out of the JSON reports of scansim, as text.
def fixed($digits):
  (if . < 0 then "-" else "" end) as $sign | pow(10; $digits) as $p | (fabs * $p | round) as $r
  | if $digits == 0 then "\($sign)\($r)"
    else "\($sign)\($r / $p | floor).\(("0000000" + ($r % $p | tostring))[-$digits:])" end;
def signed($digits): (if . < 0 then "" else "+" end) + fixed($digits);
def percent: "\(. * 100 | fixed(2)) %";
def ratio($digits): fixed($digits);
def ratio: fixed(2);
# 1234567 as 1,234,567
def grouped: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
# Two digits: 9.1e-6
def small:
  if . == 0 then "0"
  else (log10 | floor) as $e | (. / pow(10; $e) * 10 | round / 10) as $m
    | if $m >= 10 then "1.0e\($e + 1)" else "\($m | fixed(1))e\($e)" end
  end;
def rate: if . >= 1e8 then "\(. / 1e9 | fixed(2))e9" elif . >= 1e6 then "\(. / 1e6 | fixed(2)) M" else "\(. / 1e3 | fixed(1)) k" end;

# Of a report of `compare`. Its verdict is "agree", else the command has failed and there is no row.
def cycles($rung): .rungs[$rung].cycles;
def counter($rung; $block; $event): .rungs[$rung].counters[$block][$event];
def utilisation($rung): .rungs[$rung].lane_utilisation | percent;
def traffic($rung): .rungs[$rung].traffic_over_compulsory | fixed(4);
def hls_error: .errors.hls_vs_ref.relative_mse | small;
def scan_error: .errors.hls_vs_ref.scan | small;
def recorded: .rungs.ref.finding | sub("^agrees with expect.y: "; "");
def differences: if .verdict == "agree" then "0" else error("the rungs disagree") end;
def dram_bytes: counter("systemc"; "dma"; "dram_read_bytes") + counter("systemc"; "dma"; "dram_write_bytes");
def busy($block): .cycles as $all | .counters[$block].busy / $all | percent;
def bytes_read($tensor): .rungs.systemc.traffic.tensors[$tensor].bytes_read;

# Of a report of `network` of one phase.
def network_total:
  .phases[] | .total | "\(.time_s * 1e3 | fixed(2)) ms, \(.energy_pj.nominal / 1e9 | fixed(2)) mJ" +
    if .complete then "" else ", without \(.missing_layers) of \(.layers) layers (\(.missing_macs / .macs | percent) of the MACs)" end;

# Of what `time` printed.
def seconds: capture("real\\t(?<m>\\d+)m(?<s>[\\d.]+)s") | (.m | tonumber) * 60 + (.s | tonumber);
