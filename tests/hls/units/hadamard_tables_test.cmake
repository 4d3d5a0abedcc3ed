# Regenerates the signs of the Hadamard matrices and compares them with the committed package, byte by byte.
execute_process(COMMAND ${HADAMARD_TABLES} ${WORK_DIR}/ssm_hadamard_tables_pkg.sv RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "hadamard_tables failed: ${status}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${WORK_DIR}/ssm_hadamard_tables_pkg.sv
                        ${SOURCE_DIR}/rtl/units/ssm_hadamard_tables_pkg.sv
                RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "rtl/units/ssm_hadamard_tables_pkg.sv is not what hadamard_tables writes")
endif()
