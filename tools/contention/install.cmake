# SPDX-License-Identifier: MIT
# Both libraries, the header, the pkg-config files; in the CMake package beside quipu itself.
set(contend_targets quipu_contend_wrap)
set(contend_names quipu-contend-static)
if(TARGET quipu_contend)
	list(APPEND contend_targets quipu_contend)
	list(APPEND contend_names quipu-contend)
endif()
foreach(target IN LISTS contend_targets)
	target_include_directories(${target} PUBLIC
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
install(TARGETS ${contend_targets} EXPORT quipuTargets
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/quipu DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)

string(JOIN " " QUIPU_CONTEND_WRAP_FLAGS ${QUIPU_CONTEND_WRAPS})
foreach(name IN LISTS contend_names)
	configure_file(${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
