/* SPDX-License-Identifier: MIT */
/*
 * label.hpp: label values as C++ has them, given to the verbs that take lengths (verbs.h: _v).
 *
 * What is good as a label value: std::string_view and what becomes one (std::string), string
 * literals, const char *. Nothing is copied and nothing needs to end in NUL. A view without data is
 * the empty value; a null const char * is QUIPU_ENULL, as in C. Numbers are not label values.
 */
#ifndef QUIPU_LABEL_HPP
#define QUIPU_LABEL_HPP

#include <quipu/types.h>

#include <cstddef>
#include <string_view>

namespace quipu
{

/* A view's data may be null where it is empty, which in C would mean that the value is missing. */
constexpr quipu_str label(std::string_view value) noexcept
{
	return { value.data() ? value.data() : "", value.size() };
}

constexpr quipu_str label(const char *value) noexcept
{
	return { value, value ? std::char_traits<char>::length(value) : 0 };
}

void label(std::nullptr_t) = delete;

} /* namespace quipu */
#endif
