# SPDX-License-Identifier: MIT
# The live page: http/page/build joins its sources into QUIPU_CODING_INCLUDE/quipu_page.def, which
# http/page/page.c includes. Made while CMake configures, and again when a source has changed.
# Without Python there is no page, and / has the short links.
set(QUIPU_PAGE_DIR ${PROJECT_SOURCE_DIR}/http/page)
file(GLOB QUIPU_PAGE_SOURCES CONFIGURE_DEPENDS ${QUIPU_PAGE_DIR}/*.mjs ${QUIPU_PAGE_DIR}/*.css
	${QUIPU_PAGE_DIR}/page.html ${QUIPU_PAGE_DIR}/build)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${QUIPU_PAGE_SOURCES})
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
	execute_process(COMMAND ${Python3_EXECUTABLE} ${QUIPU_PAGE_DIR}/build
		${QUIPU_CODING_INCLUDE}/quipu_page.def
		COMMAND_ERROR_IS_FATAL ANY)
else()
	message(STATUS "quipu: no Python, so there is no live page")
	file(CONFIGURE OUTPUT ${QUIPU_CODING_INCLUDE}/quipu_page.def CONTENT
		"#define QP_PAGE_POLICY \"\"\n#define QP_PAGE_BEFORE \"\"\n#define QP_PAGE_AFTER 0\n")
endif()
