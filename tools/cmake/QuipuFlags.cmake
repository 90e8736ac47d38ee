# SPDX-License-Identifier: MIT
# Compiler and linker flags. Nothing here touches a project that includes quipu with
# add_subdirectory: flags belong to targets, and the defaults are set at top level only.

if(PROJECT_IS_TOP_LEVEL)
	if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
		set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
	endif()
	# What distributions build with; asserts stay on in the tests.
	set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
	set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g")
	set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

# Adds the directory if it has a CMakeLists.txt.
function(quipu_add_present directory)
	if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${directory}/CMakeLists.txt)
		add_subdirectory(${directory})
	endif()
endfunction()

set(QUIPU_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
	$<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
if(QUIPU_WERROR)
	list(APPEND QUIPU_WARNINGS -Werror)
endif()

set(QUIPU_SANITIZE_FLAGS "")
if(QUIPU_SANITIZE)
	set(QUIPU_SANITIZE_FLAGS -fsanitize=${QUIPU_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer -DQP_RCU_CALLS)
endif()

# Counts which lines and branches run (tools/coverage); atomically, as threads run them at once.
option(QUIPU_COVERAGE "Count what runs" OFF)
if(QUIPU_COVERAGE)
	list(APPEND QUIPU_SANITIZE_FLAGS --coverage -fprofile-update=atomic)
endif()

# Hardening. Fortified libc calls hide bugs from the sanitizers, so not with those.
set(QUIPU_HARDENING -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
	list(APPEND QUIPU_HARDENING -fcf-protection)
endif()
if(NOT QUIPU_SANITIZE)
	list(APPEND QUIPU_HARDENING
		$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
		$<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()

# gnu11 and C++17, all warnings, and the sanitizer of this build.
function(quipu_flags target)
	set_target_properties(${target} PROPERTIES
		C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS ON
		CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON)
	target_compile_options(${target} PRIVATE ${QUIPU_WARNINGS} ${QUIPU_SANITIZE_FLAGS})
	target_link_options(${target} PRIVATE ${QUIPU_SANITIZE_FLAGS})
endfunction()

# What is installed and run: the same hardening as the library's, and no lazy binding.
function(quipu_hardened target)
	target_compile_options(${target} PRIVATE ${QUIPU_HARDENING})
	get_target_property(type ${target} TYPE)
	if(type STREQUAL "EXECUTABLE")
		set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
		target_link_options(${target} PRIVATE -pie
			-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
	endif()
endfunction()
