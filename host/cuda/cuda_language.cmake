# Enables the CUDA language where a working nvcc is found; anything else leaves the kernels out, with the reason.
# Sets SCANSIM_CUDA_KERNELS (true if kernels are compiled) and SCANSIM_CUDA_STATUS (one line for people, also in
# <build>/cuda_status.txt, which test.sh prints). Never fails the configure: a compiler that cannot compile, or
# is too old for C++20 or sm_90, is the same as none. nvcc is taken from CUDACXX, the PATH or /usr/local/cuda.
option(SCANSIM_CUDA "Compile the CUDA kernels if nvcc is found" ON)
set(SCANSIM_CUDA_KERNELS OFF)

# One file with the features that the kernels need, for each architecture; the first line of complaint.
function(scansim_try_nvcc nvcc reason)
  set(probe ${PROJECT_BINARY_DIR}/CMakeFiles/cuda_probe)
  file(WRITE ${probe}.cu "#include <cuda_bf16.h>\n#include <concepts>\n"
                         "template <std::integral T> __global__ void probe(T* y) { *y = threadIdx.x; }\n"
                         "template __global__ void probe<int>(int*);\n")
  foreach(architecture 80 90)
    execute_process(COMMAND ${nvcc} -std=c++20 -arch=sm_${architecture} -ccbin ${CMAKE_CXX_COMPILER} -c ${probe}.cu -o ${probe}.o
                    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 120)
    if(NOT status EQUAL 0)
      string(REGEX MATCH "[^\n]+" line "${said} (${status})")
      set(${reason} "${nvcc} fails: ${line}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${reason} "" PARENT_SCOPE)
endfunction()

if(NOT SCANSIM_CUDA)
  set(reason "SCANSIM_CUDA is OFF")
else()
  unset(nvcc)
  find_program(nvcc NAMES "$ENV{CUDACXX}" nvcc HINTS /usr/local/cuda/bin NO_CACHE)
  if(NOT nvcc)
    set(reason "no nvcc")
  elseif(SCANSIM_NVCC_WORKS STREQUAL nvcc)
    set(reason "")
  else()
    scansim_try_nvcc(${nvcc} reason)
  endif()
endif()

if(NOT reason)
  set(SCANSIM_NVCC_WORKS ${nvcc} CACHE INTERNAL "the nvcc that compiled the probe")
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 90-virtual)
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)  # the program starts where no driver is
  if(NOT CMAKE_CUDA_COMPILER)
    set(ENV{CUDACXX} ${nvcc})
    set(ENV{CUDAHOSTCXX} ${CMAKE_CXX_COMPILER})
    include(CheckLanguage)
    check_language(CUDA)
  endif()
  if(CMAKE_CUDA_COMPILER)
    enable_language(CUDA)
    set(CMAKE_CUDA_STANDARD 20)
    if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know that nvcc 12 and 13 have it
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
      set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
    endif()
    if(CCACHE)
      set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE})
    endif()
    set(SCANSIM_CUDA_KERNELS ON)
  else()
    set(reason "CMake cannot use ${nvcc}")
  endif()
endif()

if(SCANSIM_CUDA_KERNELS)
  set(SCANSIM_CUDA_STATUS "CUDA kernels: sm_80, sm_90 with nvcc ${CMAKE_CUDA_COMPILER_VERSION}")
else()
  set(SCANSIM_CUDA_STATUS "CUDA kernels: left out, ${reason} (host twins and emulation are still tested)")
endif()
message(STATUS "${SCANSIM_CUDA_STATUS}")
file(WRITE ${PROJECT_BINARY_DIR}/cuda_status.txt "${SCANSIM_CUDA_STATUS}\n")
