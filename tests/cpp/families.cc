/* SPDX-License-Identifier: MIT */
/* families.cc: verbs by label values, of every kind; and values of every kind of string. */
#include "check.h"

#include <array>
#include <string_view>

using namespace std::chrono_literals;

namespace
{

QUIPU_LABELS(call, model, status);

quipu::options named(const char *name)
{
	quipu::options options;

	options.name = name;
	options.help = "Something.";
	options.labels = call_names;
	return options;
}

void counters(quipu::registry_ref registry)
{
	quipu::counter_family calls(registry, named("calls_total"));
	quipu::float_counter_family costs(registry, named("costs_total"));
	quipu::updown_family open(registry, named("open"));

	calls.inc_at("m", "ok");
	calls.add_at(2, "m", "ok");
	quipu_inc_at(calls, "m", "ok");
	CHECK(calls.at("m", "ok").read() == 4);
	CHECK(quipu::kept<quipu::counter>(quipu_with(calls, call, .model = "m", .status = "ok"))
		      .read() == 4);
	costs.inc_at("m", "ok");
	costs.add_at(0.25, "m", "ok");
	CHECK(costs.at("m", "ok").read() == 1.25);
	open.inc_at("m", "ok");
	open.dec_at("m", "ok");
	open.add_at(-3, "m", "ok");
	CHECK(open.at("m", "ok").read() == -3);
}

void others(quipu::registry_ref registry)
{
	quipu::gauge_family depth(registry, named("depth"));
	quipu::histogram_family times(registry, named("times"));
	quipu::summary_family sums(registry, named("sums"));
	quipu::options door = named("door");

	door.states = { "open", "shut" };
	quipu::stateset_family doors(registry, door);
	depth.set_at(2, "m", "ok");
	depth.add_at(0.5, "m", "ok");
	depth.inc_at("m", "ok");
	depth.dec_at("m", "ok");
	CHECK(depth.at("m", "ok").read() == 2.5);
	times.observe_at(1, "m", "ok");
	times.observe_at(500ms, "m", "ok");
	times.observe_ns_at(250000000, "m", "ok");
	CHECK(times.at("m", "ok").read().sum == 1.75);
	sums.observe_at(1, "m", "ok");
	sums.observe_at(500ms, "m", "ok");
	sums.observe_ns_at(250000000, "m", "ok");
	CHECK(sums.at("m", "ok").read().sum == 1.75);
	doors.select_at(1, "m", "ok");
	CHECK(doors.at("m", "ok").read() == 2);
}

void removal(quipu::registry_ref registry)
{
	quipu::counter_family calls(registry, named("removed_total"));

	calls.inc_at("a", "x");
	calls.inc_at("b", "x");
	calls.inc_at("b", "y");
	CHECK(calls.remove("a", "x") == 1 && calls.remove("a", "x") == 0);
	CHECK(calls.remove_matching("model", "b") == 2);
	calls.inc_at("c", "z");
	CHECK(calls.clear() == 1);
	calls.unregister();
	CHECK(shown(registry).find("removed_total") == std::string::npos);
	calls.inc_at("c", "z"); /* swallowed */
}

} /* namespace */

void test_families()
{
	quipu::registry registry;

	counters(registry.ref());
	others(registry.ref());
	removal(registry.ref());
	CHECK(!registry.status());
}

void test_labels()
{
	static const char text[] = { 'g', 'p', 't', '-', '4' }; /* no NUL */
	quipu::registry registry;
	quipu::counter_family calls(registry, named("calls_total"));
	const std::string string = "gpt-4";
	const std::string_view part = std::string_view("a gpt-4o").substr(2, 5);
	const char *missing = nullptr;
	char buffer[16] = "gpt-4";

	calls.inc_at(std::string_view(text, sizeof text), "ok");
	calls.inc_at(string, std::string("ok"));
	calls.inc_at(part, "ok");
	calls.inc_at(buffer, "ok");
	CHECK(calls.at("gpt-4", "ok").read() == 4);

	/* three ways to write the empty value, one of them without data */
	calls.inc_at(std::string_view(), "ok");
	calls.inc_at("", "ok");
	calls.inc_at(std::string(), "ok");
	CHECK(calls.at("", "ok").read() == 3);

	/* NUL inside a value is part of it */
	calls.inc_at(std::string_view("a\0b", 3), "ok");
	CHECK(calls.at("a", "ok").read() == 0);
	CHECK(!registry.status());

	/* what is wrong in C is wrong here, and records nothing */
	calls.inc_at(missing, "ok");
	CHECK(registry.status().code() == QUIPU_ENULL);
	registry.ref().clear_status();
	calls.inc_at("gpt-4");
	CHECK(registry.status().code() == QUIPU_EARITY);
	registry.ref().clear_status();
	CHECK(calls.at("gpt-4", "ok", "more").c().offset == 0);
	CHECK(registry.status().code() == QUIPU_EARITY);
	CHECK(calls.at("gpt-4", "ok").read() == 4);
}
