# SPDX-License-Identifier: MIT
# Installation: headers, both libraries, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

set(QUIPU_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/quipu)

install(TARGETS quipu quipu_static EXPORT quipuTargets
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY core/include/quipu http/include/quipu
	DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h PATTERN *.hpp PATTERN *.def)
if(QUIPU_TLS)
	install(TARGETS quipu_tls quipu_tls_static EXPORT quipuTlsTargets
		LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
		ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
	install(DIRECTORY http/tls/include/quipu
		DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
	install(EXPORT quipuTlsTargets NAMESPACE quipu:: DESTINATION ${QUIPU_PACKAGE_DIR})
endif()
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT quipuTargets NAMESPACE quipu:: DESTINATION ${QUIPU_PACKAGE_DIR})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/quipuConfig.cmake.in
	${PROJECT_BINARY_DIR}/quipuConfig.cmake
	INSTALL_DESTINATION ${QUIPU_PACKAGE_DIR})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/quipuConfigVersion.cmake
	COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/quipuConfig.cmake
	${PROJECT_BINARY_DIR}/quipuConfigVersion.cmake
	DESTINATION ${QUIPU_PACKAGE_DIR})

# Paths in the file are relative to its own place, so that the tree can be moved.
file(RELATIVE_PATH QUIPU_PC_PREFIX
	/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${CMAKE_CURRENT_LIST_DIR}/quipu.pc.in ${PROJECT_BINARY_DIR}/quipu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/quipu.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(QUIPU_TLS)
	configure_file(${CMAKE_CURRENT_LIST_DIR}/quipu-tls.pc.in
		${PROJECT_BINARY_DIR}/quipu-tls.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/quipu-tls.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

# The manual is made from the headers and from what the programs say, where there is something to
# make it with. It comes after the programs: CMakeLists.txt calls it then.
function(quipu_install_manual)
	find_package(Python3 COMPONENTS Interpreter)
	if(NOT Python3_FOUND)
		return()
	endif()
	set(more)
	if(QUIPU_TLS)
		list(APPEND more http/tls)
	endif()
	if(TARGET quipu_contend_wrap)
		list(APPEND more tools/contention)
	endif()
	foreach(program quipu-tool quipu-dispatch)
		if(TARGET ${program} AND NOT CMAKE_CROSSCOMPILING)
			list(APPEND more $<TARGET_FILE:${program}>)
		endif()
	endforeach()
	file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/include/quipu/*.h
		${PROJECT_SOURCE_DIR}/http/include/quipu/*.h
		${PROJECT_SOURCE_DIR}/http/tls/include/quipu/*.h
		${PROJECT_SOURCE_DIR}/tools/contention/include/quipu/*.h)
	add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/made
		COMMAND ${PROJECT_SOURCE_DIR}/tools/man_pages ${PROJECT_BINARY_DIR}/man ${more}
		COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/man/made
		DEPENDS ${headers} ${PROJECT_SOURCE_DIR}/README.md
			${PROJECT_SOURCE_DIR}/tools/man_pages)
	add_custom_target(quipu_man ALL DEPENDS ${PROJECT_BINARY_DIR}/man/made)
	install(DIRECTORY ${PROJECT_BINARY_DIR}/man/man1 ${PROJECT_BINARY_DIR}/man/man3
		${PROJECT_BINARY_DIR}/man/man7 DESTINATION ${CMAKE_INSTALL_MANDIR})
endfunction()
