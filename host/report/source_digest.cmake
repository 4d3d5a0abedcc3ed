# Sets OUT to the digest of the FILES of SOURCE_DIR, paths relative to it (host/run/source_digest.h says how it is made).
function(scansim_digest out)
  set(lines "")
  set(files ${ARGN})
  list(SORT files)
  foreach(file ${files})
    file(SHA256 ${SOURCE_DIR}/${file} hash)
    string(APPEND lines "${hash}  ${file}\n")
  endforeach()
  string(SHA256 hash "${lines}")
  set(${out} ${hash} PARENT_SCOPE)
endfunction()

# Sets OUT to true where git knows of changes at the PATHS of SOURCE_DIR, or is not asked.
function(scansim_changed out)
  execute_process(COMMAND git -C ${SOURCE_DIR} status --porcelain --untracked-files=no -- ${ARGN} OUTPUT_VARIABLE changes
                  RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed AND changes STREQUAL "")
    set(${out} false PARENT_SCOPE)
  else()
    set(${out} true PARENT_SCOPE)
  endif()
endfunction()

scansim_changed(DATA_CHANGED models/configs models/energy models/gpu sim/mem/parameters sim/cosim)
scansim_changed(RTL_CHANGED rtl)
file(GLOB found RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/models/configs/*.yaml ${SOURCE_DIR}/models/energy/*.csv
     ${SOURCE_DIR}/models/gpu/*.yaml ${SOURCE_DIR}/sim/mem/parameters/*.yaml ${SOURCE_DIR}/sim/cosim/rtl_*harness.cpp
     ${SOURCE_DIR}/sim/cosim/rtl_*abi.h ${SOURCE_DIR}/sim/cosim/*.vlt)
scansim_digest(DATA_SHA256 ${found})
file(GLOB_RECURSE found RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/rtl/*.sv)
scansim_digest(RTL_SHA256 ${found} rtl/files.f)
