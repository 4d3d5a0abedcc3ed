# Writes OUTPUT from TEMPLATE with the git revision of SOURCE_DIR and the digests of what the program reads there; an
# unchanged answer leaves the file untouched.
set(REVISION unknown)
set(DIRTY true)
execute_process(COMMAND git -C ${SOURCE_DIR} rev-parse HEAD OUTPUT_VARIABLE found RESULT_VARIABLE failed
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT failed AND found MATCHES "^[0-9a-f]+$")
  set(REVISION ${found})
  execute_process(COMMAND git -C ${SOURCE_DIR} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes
                  RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed AND changes STREQUAL "")
    set(DIRTY false)
  endif()
endif()
include(${CMAKE_CURRENT_LIST_DIR}/source_digest.cmake)
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
