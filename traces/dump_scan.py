"""dump_scan(path, u, delta, A, ...): the call selective_scan_fn(u, delta, A, ...) as a trace; needs only the tensors."""
import json
import struct

KINDS = {"torch.float64": ("F64", "d"), "torch.float32": ("F32", "f"), "torch.float16": ("F16", "e"), "torch.bfloat16": ("BF16", "f")}


def dump_scan(path, u, delta, A, B, C, D=None, z=None, delta_bias=None, delta_softplus=False, h0=None, y=None, h_last=None):
    call = {"format": 1, "operator": "selective_scan", "delta_softplus": bool(delta_softplus)}
    header, data = {"__metadata__": {"scansim": json.dumps(call)}}, bytearray()
    for name, tensor in {"u": u, "delta": delta, "A": A, "B": B, "C": C, "D": D, "z": z, "delta_bias": delta_bias, "h0": h0,
                         "expect.y": y, "expect.h_last": h_last}.items():
        if tensor is not None:
            (dtype, code), begin = KINDS[str(tensor.dtype)], len(data)
            values = tensor.detach().cpu().double().flatten().tolist()
            raw = bytearray(struct.pack(f"<{len(values)}{code}", *values))
            if dtype == "BF16":
                del raw[0::4], raw[0::3]  # the upper halves stay
            data += raw
            header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
