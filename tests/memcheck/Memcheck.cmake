# SPDX-License-Identifier: MIT
# QUIPU_MEMCHECK: the same tests, each program under valgrind's memcheck. Only programs with a main
# of this project's own: what a script runs, or another language, is not looked at.
#
#   cmake -S . -B build/memcheck -G Ninja -DQUIPU_MEMCHECK=ON -DQUIPU_BUILD_BENCH=OFF
#   cmake --build build/memcheck && ctest --test-dir build/memcheck -L 'unit|torture'
#
# With gcc: the valgrind of Debian 12 does not understand what clang says for debuggers.

if(QUIPU_SANITIZE)
	message(FATAL_ERROR "memcheck and a sanitizer exclude each other")
endif()
if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
	message(FATAL_ERROR "memcheck needs a build with gcc")
endif()
find_program(QUIPU_VALGRIND valgrind REQUIRED)

set(QUIPU_MEMCHECK_UNDER ${CMAKE_CURRENT_LIST_DIR}/under)
set(QUIPU_MEMCHECK_SLOWER 10) # times as long may a test take

# left_out: its names, and the reasons for those who ask.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/left_out lines REGEX "^[a-z]")
set(QUIPU_MEMCHECK_LEFT_OUT "")
foreach(line ${lines})
	if(NOT line MATCHES "^([a-z0-9_]+)\t(.+)$")
		message(FATAL_ERROR "tests/memcheck/left_out: no name and reason: ${line}")
	endif()
	list(APPEND QUIPU_MEMCHECK_LEFT_OUT ${CMAKE_MATCH_1})
endforeach()

# Whether the test of this name runs program under memcheck.
function(quipu_memcheck_wants name program result)
	set(${result} OFF PARENT_SCOPE)
	if(TARGET "${program}" AND NOT name IN_LIST QUIPU_MEMCHECK_LEFT_OUT)
		set(${result} ON PARENT_SCOPE)
	endif()
endfunction()
