// libsystemc brings a main of its own that calls sc_main. No program here uses that main, but the library
// refers to the symbol, so every program that links it needs one.
#include <systemc>

int sc_main(int, char*[]) { return 0; }
