# SPDX-License-Identifier: MIT
# libcurl, with which quipu-dispatch calls real servers. Sets QUIPU_CURL.
set(QUIPU_WITH_CURL AUTO CACHE STRING
	"Let quipu-dispatch call real servers: AUTO (where libcurl 7.85 is found), ON, OFF")
set_property(CACHE QUIPU_WITH_CURL PROPERTY STRINGS AUTO ON OFF)
set(QUIPU_CURL OFF)

if(QUIPU_WITH_CURL STREQUAL "AUTO")
	pkg_check_modules(QUIPU_LIBCURL QUIET IMPORTED_TARGET libcurl>=7.85)
elseif(QUIPU_WITH_CURL)
	pkg_check_modules(QUIPU_LIBCURL REQUIRED IMPORTED_TARGET libcurl>=7.85)
endif()
if(QUIPU_WITH_CURL AND QUIPU_LIBCURL_FOUND)
	set(QUIPU_CURL ON)
endif()
message(STATUS "quipu: calls to real servers (quipu-dispatch --endpoint): ${QUIPU_CURL}")
