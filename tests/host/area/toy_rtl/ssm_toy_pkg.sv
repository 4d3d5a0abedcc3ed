// Package of the toy machine.
package ssm_toy_pkg;
  localparam int AccBits = 32;
endpackage
