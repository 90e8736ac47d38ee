# SPDX-License-Identifier: MIT
# Compression of answers: which libraries there are. Sets QUIPU_CODINGS, QUIPU_CODING_SOURCES, what they link
# (QUIPU_CODING_TARGETS), what that means for the installed packages (QUIPU_CODING_REQUIRES for
# pkg-config, QUIPU_CODING_CONFIG for CMake), and writes the list that http/codings.c includes from
# QUIPU_CODING_INCLUDE.
set(QUIPU_WITH_ZSTD AUTO CACHE STRING "Offer zstd: AUTO (where libzstd is found), ON, OFF")
set(QUIPU_WITH_ZLIB AUTO CACHE STRING "Offer gzip: AUTO (where zlib is found), ON, OFF")
set(QUIPU_CODINGS "")
set(QUIPU_CODING_SOURCES "")
set(QUIPU_CODING_TARGETS "")
set(QUIPU_CODING_MODULES "")
set(QUIPU_CODING_INCLUDE ${PROJECT_BINARY_DIR}/http)
set(QUIPU_CODING_LIST "")
set(QUIPU_CODING_CONFIG "")

# quipu_coding(NAME OPTION MODULE): NAME is of http/coding and what Accept-Encoding calls it.
macro(quipu_coding name option module)
	set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
	if(${option} STREQUAL "AUTO")
		pkg_check_modules(QUIPU_${name} QUIET IMPORTED_TARGET ${module})
	elseif(${option})
		pkg_check_modules(QUIPU_${name} REQUIRED IMPORTED_TARGET ${module})
	endif()
	if(${option} AND QUIPU_${name}_FOUND)
		list(APPEND QUIPU_CODINGS ${name})
		list(APPEND QUIPU_CODING_SOURCES ${PROJECT_SOURCE_DIR}/http/coding/${name}.c)
		list(APPEND QUIPU_CODING_TARGETS PkgConfig::QUIPU_${name})
		list(APPEND QUIPU_CODING_MODULES ${module})
		string(APPEND QUIPU_CODING_LIST "X(${name})\n")
		string(APPEND QUIPU_CODING_CONFIG
			"pkg_check_modules(QUIPU_${name} REQUIRED QUIET IMPORTED_TARGET ${module})\n")
	endif()
endmacro()

quipu_coding(zstd QUIPU_WITH_ZSTD libzstd)
quipu_coding(gzip QUIPU_WITH_ZLIB zlib)
file(CONFIGURE OUTPUT ${QUIPU_CODING_INCLUDE}/quipu_codings.def CONTENT "${QUIPU_CODING_LIST}" @ONLY)
list(JOIN QUIPU_CODING_MODULES " " QUIPU_CODING_REQUIRES)
message(STATUS "quipu: answers may be compressed with: ${QUIPU_CODINGS}")
