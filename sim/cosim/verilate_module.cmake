# Verilates one RTL module at build time for a C++ test:
#
#   scansim_verilate(<target> TOP ssm_<stem> SOURCES <files in compile order, relative to rtl/>
#                    [PARAMETERS Name=value ...] [DEFINES NAME ...] [PREFIX Vssm_<stem>])
#
# <target> is a library to link; the test includes "<PREFIX>.h" and uses the class <PREFIX>. PREFIX differs from the
# default when one test holds a module under several sets of parameters. The first call also makes scansim_verilated, the
# Verilator runtime. Choose rtl_build.h for the whole machine, which depends on a design point known only at run time.
find_program(VERILATOR verilator)
find_program(MAKE_PROGRAM make)

function(scansim_verilated_runtime)
  if(TARGET scansim_verilated)
    return()
  endif()
  if(NOT VERILATOR)
    message(FATAL_ERROR "verilator not found: install it, or configure with -DSCANSIM_TESTS=OFF")
  endif()
  execute_process(COMMAND ${VERILATOR} --getenv VERILATOR_ROOT OUTPUT_VARIABLE root OUTPUT_STRIP_TRAILING_WHITESPACE)
  add_library(scansim_verilated STATIC ${root}/include/verilated.cpp ${root}/include/verilated_threads.cpp)
  target_include_directories(scansim_verilated SYSTEM PUBLIC ${root}/include ${root}/include/vltstd)
  target_compile_options(scansim_verilated PRIVATE -w)
  target_link_libraries(scansim_verilated PUBLIC Threads::Threads)
endfunction()

function(scansim_verilate target)
  cmake_parse_arguments(V "" "TOP;PREFIX" "SOURCES;PARAMETERS;DEFINES" ${ARGN})
  scansim_verilated_runtime()
  if(NOT V_PREFIX)
    set(V_PREFIX V${V_TOP})
  endif()
  list(TRANSFORM V_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/rtl/)
  list(TRANSFORM V_PARAMETERS PREPEND -G)
  list(TRANSFORM V_DEFINES PREPEND +define+)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/${target}.verilated)
  set(archive ${directory}/${V_PREFIX}__ALL.a)
  set(launcher)
  if(CCACHE)
    set(launcher OBJCACHE=${CCACHE})
  endif()
  add_custom_command(
    OUTPUT ${archive} ${directory}/${V_PREFIX}.h
    COMMAND ${VERILATOR} --cc --top-module ${V_TOP} --prefix ${V_PREFIX} --Mdir ${directory} ${V_PARAMETERS} ${V_DEFINES} -O3
            --x-assign fast --x-initial fast --assert -Wno-fatal -Wno-lint -Wno-style -CFLAGS "-std=c++20 -fPIC"
            ${V_SOURCES}
    COMMAND ${MAKE_PROGRAM} -s -C ${directory} -f ${V_PREFIX}.mk VM_PARALLEL_BUILDS=0 OPT_FAST=-O1 ${launcher}
            ${V_PREFIX}__ALL.a
    DEPENDS ${V_SOURCES}
    COMMENT "Verilating ${V_TOP} for ${target}"
    VERBATIM)
  add_custom_target(${target}_verilate DEPENDS ${archive})
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}_verilate)
  target_include_directories(${target} SYSTEM INTERFACE ${directory})
  target_link_libraries(${target} INTERFACE ${archive} scansim_verilated)
endfunction()
