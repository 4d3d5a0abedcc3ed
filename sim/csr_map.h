// The machine's registers and error codes in C++: the table is hls/map/csr_map.h.
#pragma once
#include "hls/map/csr_map.h"
