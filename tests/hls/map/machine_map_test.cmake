# Writes the package and the pages of the machine's map anew and compares them with the committed files, byte by byte.
execute_process(COMMAND ${MAP_RTL} ${SOURCE_DIR} ${WORK_DIR} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "map_rtl failed: ${status}")
endif()
foreach(file rtl/top/ssm_map_pkg.sv sim/README.md sim/PROGRAM.md sim/SETS.md)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${WORK_DIR}/${file} ${SOURCE_DIR}/${file}
                  RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${file} is not what map_rtl writes: build/hls/map_rtl . .")
  endif()
endforeach()
