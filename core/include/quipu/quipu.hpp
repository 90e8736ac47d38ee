/* SPDX-License-Identifier: MIT */
/*
 * quipu.hpp: quipu as C++17 and later write it; a thin layer over quipu.h, which is the manual.
 *
 *   #include <quipu/quipu.hpp>
 *
 *   quipu::registry_ref reg;
 *   quipu::counter_family calls(reg, { .name = "calls_total", .help = "Calls made.",
 *                                      .labels = { "model", "status" } });
 *   quipu::histogram latency(reg, { .name = "call_seconds", .help = "Time a call took.",
 *                                   .unit = "seconds" });
 *   void call(std::string_view model)
 *   {
 *           quipu::scoped_timer timer(latency);          // however the scope is left
 *           calls.inc_at(model, "success");              // no copy, no NUL, no lock
 *   }
 *
 * It adds what C cannot have: label values as std::string_view, handles, registries and servers that
 * end with their scope, timers, verbs as members. It adds nothing else: every type turns into C's and
 * back, so that both spellings mix; the verbs compile to the same instructions as C's; nothing
 * here throws or needs run-time type information. Set-up's errors are a status for that reason (registry.hpp); a
 * program that wants exceptions throws its own.
 *
 * Read on: handle.hpp, family.hpp, label.hpp, options.hpp, timer.hpp, registry.hpp; http.hpp and
 * llm.hpp are included by those who use them, as in C. For grids, callbacks, exemplars and
 * scrapes use the C functions, which take these types too.
 */
#ifndef QUIPU_QUIPU_HPP
#define QUIPU_QUIPU_HPP

#include <quipu/family.hpp>
#include <quipu/handle.hpp>
#include <quipu/label.hpp>
#include <quipu/options.hpp>
#include <quipu/quipu.h>
#include <quipu/registry.hpp>
#include <quipu/timer.hpp>

#endif
