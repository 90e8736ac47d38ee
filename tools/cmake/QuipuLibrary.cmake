# SPDX-License-Identifier: MIT
# The library, twice: shared (what the public headers declare is exported and nothing else)
# and static (every symbol hidden, so that two copies in one process never meet).

set(QUIPU_INCLUDES
	$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/core/include>
	$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/http/include>
	$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# Flags that both copies are compiled with.
function(quipu_library_flags target)
	quipu_flags(${target})
	set_target_properties(${target} PROPERTIES
		POSITION_INDEPENDENT_CODE ON
		C_VISIBILITY_PRESET hidden
		CXX_VISIBILITY_PRESET hidden)
	target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/core)
	# initial-exec also for liburcu's reader: one load instead of a call in every look-up
	target_compile_options(${target} PRIVATE ${QUIPU_HARDENING} -ftls-model=initial-exec)
	target_link_libraries(${target} PRIVATE Threads::Threads)
endfunction()

# The one C++ file, as objects, so that the library is linked as C, without libstdc++.
add_library(quipu_number OBJECT ${QUIPU_CORE_CXX_SOURCES})
quipu_library_flags(quipu_number)
target_compile_options(quipu_number PRIVATE -fno-exceptions -fno-rtti)
# A namespace of our own, so that a program with another version of dragonbox keeps its own.
target_compile_definitions(quipu_number PRIVATE jkj=qp_jkj)
target_include_directories(quipu_number SYSTEM PRIVATE
	$<TARGET_PROPERTY:dragonbox::dragonbox,INTERFACE_INCLUDE_DIRECTORIES>)

function(quipu_library target type)
	add_library(${target} ${type} ${QUIPU_CORE_SOURCES} ${QUIPU_HTTP_SOURCES}
		$<TARGET_OBJECTS:quipu_number>)
	quipu_library_flags(${target})
	target_include_directories(${target} PUBLIC ${QUIPU_INCLUDES})
	target_compile_definitions(${target} PRIVATE _GNU_SOURCE=)
	target_include_directories(${target} PRIVATE
		${PROJECT_SOURCE_DIR}/http ${QUIPU_CODING_INCLUDE})
	target_link_libraries(${target} PRIVATE PkgConfig::URCU_BP ${QUIPU_CODING_TARGETS} m)
	set_target_properties(${target} PROPERTIES OUTPUT_NAME quipu LINKER_LANGUAGE C)
endfunction()

quipu_library(quipu SHARED)
add_library(quipu::quipu ALIAS quipu)
set_target_properties(quipu PROPERTIES
	VERSION ${PROJECT_VERSION}
	# before 1.0 a minor version may change what programs were compiled with
	SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
	LINK_DEPENDS ${PROJECT_SOURCE_DIR}/core/quipu.map)
target_compile_options(quipu PRIVATE
	$<$<COMPILE_LANGUAGE:C>:-include$<SEMICOLON>${PROJECT_SOURCE_DIR}/core/visibility.h>)
# nodelete: threads may still record through their shards after a dlclose.
target_link_options(quipu PRIVATE
	-Wl,--version-script=${PROJECT_SOURCE_DIR}/core/quipu.map
	-Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
if(NOT QUIPU_SANITIZE)
	target_link_options(quipu PRIVATE -Wl,--no-undefined)
endif()

quipu_library(quipu_static STATIC)
add_library(quipu::static ALIAS quipu_static)
set_target_properties(quipu_static PROPERTIES EXPORT_NAME static)
# A plug-in with a copy of its own must stay loaded for the same reason.
target_link_options(quipu_static INTERFACE -Wl,-z,nodelete)
