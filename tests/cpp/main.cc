/* SPDX-License-Identifier: MIT */
/* main.cc: the C++ layer beside the C functions: its verbs, who owns what, what ends when. */
#include "check.h"

#include <cstdio>

namespace
{

int checked, failed;

int append(void *ctx, const char *data, size_t len)
{
	static_cast<std::string *>(ctx)->append(data, len);
	return 0;
}

} /* namespace */

void check(bool holds, const char *what, const char *file, int line)
{
	checked++;
	if (holds)
		return;
	failed++;
	std::fprintf(stderr, "%s:%d: %s\n", file, line, what);
}

std::string shown(quipu_registry *registry)
{
	std::string text;

	CHECK(quipu_write(registry, nullptr, append, &text) == QUIPU_OK);
	return text;
}

bool has_line(const std::string &text, const std::string &line)
{
	return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

int main()
{
	test_handles();
	test_families();
	test_labels();
	test_timers();
	test_options();
	test_registries();
	test_servers();
	test_llm();
	std::printf("%d checks, %d failed\n", checked, failed);
	return failed == 0 ? 0 : 1;
}
