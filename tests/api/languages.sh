# SPDX-License-Identifier: MIT
# languages.sh: the compilers and standards that the public headers promise to be clean in.
# Sourced by headers, matrix and ../cpp/standards.

standards="c11 c17 c2x c++11 c++17 c++20"
cpp_standards="c++17 c++20" # of quipu.hpp and its like
compilers="gcc clang"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

# The language of a standard.
language()
{
	case $1 in
	c++*) echo c++ ;;
	*) echo c ;;
	esac
}

# What only C warns of.
more_warnings()
{
	[ "$(language $1)" != c ] || echo -Wstrict-prototypes
}
