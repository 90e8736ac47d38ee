/* SPDX-License-Identifier: MIT */
/* check.h: a check that says where it failed and goes on; main counts. */
#ifndef QUIPU_TEST_CPP_CHECK_H
#define QUIPU_TEST_CPP_CHECK_H

#include <quipu/quipu.hpp>

#include <string>

#define CHECK(condition) check(static_cast<bool>(condition), #condition, __FILE__, __LINE__)

void check(bool holds, const char *what, const char *file, int line);

/* What a scrape of the registry shows, as text 0.0.4. */
std::string shown(quipu_registry *registry);

/* Is this one line of the text? */
bool has_line(const std::string &text, const std::string &line);

void test_handles();
void test_families();
void test_labels();
void test_timers();
void test_options();
void test_registries();
void test_servers();
void test_llm();

#endif
