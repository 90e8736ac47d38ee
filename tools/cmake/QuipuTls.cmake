# SPDX-License-Identifier: MIT
# TLS and authentication: whether they are built. Sets QUIPU_TLS.
set(QUIPU_WITH_TLS AUTO CACHE STRING
	"Build quipu-tls: AUTO (where OpenSSL 3, libyaml and libcrypt are found), ON, OFF")
set_property(CACHE QUIPU_WITH_TLS PROPERTY STRINGS AUTO ON OFF)
set(QUIPU_TLS OFF)

if(QUIPU_WITH_TLS STREQUAL "AUTO")
	pkg_check_modules(QUIPU_OPENSSL QUIET IMPORTED_TARGET openssl>=3.0)
	pkg_check_modules(QUIPU_YAML QUIET IMPORTED_TARGET yaml-0.1)
	pkg_check_modules(QUIPU_CRYPT QUIET IMPORTED_TARGET libcrypt)
elseif(QUIPU_WITH_TLS)
	pkg_check_modules(QUIPU_OPENSSL REQUIRED IMPORTED_TARGET openssl>=3.0)
	pkg_check_modules(QUIPU_YAML REQUIRED IMPORTED_TARGET yaml-0.1)
	pkg_check_modules(QUIPU_CRYPT REQUIRED IMPORTED_TARGET libcrypt)
endif()
if(QUIPU_WITH_TLS AND QUIPU_OPENSSL_FOUND AND QUIPU_YAML_FOUND AND QUIPU_CRYPT_FOUND)
	set(QUIPU_TLS ON)
endif()
message(STATUS "quipu: TLS and authentication (quipu-tls): ${QUIPU_TLS}")
