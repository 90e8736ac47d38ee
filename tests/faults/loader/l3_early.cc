// SPDX-License-Identifier: MIT
//
// l3_early.cc: used before main, and before whatever the library might construct: in a function
// that runs before any constructor (preinit_array), in a constructor of the highest priority (101),
// in initialisers of static objects, in a static of a function that they all call.
//
// A handle that nobody made yet is zero, and a valid sink: it swallows records. What was made
// early counts everything, and a thread or a scrape before main works.
#include <quipu/quipu.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

namespace
{

int failures;

void expect(bool holds, const char *what)
{
	if (!holds) {
		std::fprintf(stderr, "not so: %s\n", what);
		failures++;
	}
}

int append(void *text, const char *data, size_t len)
{
	static_cast<std::string *>(text)->append(data, len);
	return 0;
}

quipu_counter made_in_preinit, made_in_constructor; // plain: not touched by initialisers
quipu_histogram_family never_made;
quipu_histogram sizes_never_made;

// Made by whoever calls first.
quipu_counter shared_counter()
{
	static quipu_counter counter = quipu_counter_new(
		quipu_default_registry(), QUIPU_OPTS(.name = "early_shared_total", .help = "All."));

	return counter;
}

void record_into_sinks()
{
	quipu_counter counter = {};

	quipu_inc(counter);
	quipu_observe(sizes_never_made, 1.0);
	quipu_observe_at(never_made, 1.0, "x");
	expect(quipu_read(counter) == 0, "a zero handle keeps nothing");
}

void in_preinit(int, char **, char **)
{
	record_into_sinks();
	quipu_inc(made_in_preinit); // not yet
	made_in_preinit =
		quipu_counter_new(quipu_default_registry(),
				  QUIPU_OPTS(.name = "early_preinit_total", .help = "Preinit."));
	quipu_inc(made_in_preinit);
}
__attribute__((section(".preinit_array"), used)) void (*const preinit)(int, char **,
								       char **) = in_preinit;

__attribute__((constructor(101))) void in_constructor()
{
	record_into_sinks();
	quipu_inc(made_in_preinit);
	quipu_inc(made_in_constructor); // not yet
	made_in_constructor =
		quipu_counter_new(quipu_default_registry(),
				  QUIPU_OPTS(.name = "early_constructor_total", .help = "101."));
	quipu_inc(made_in_constructor);
	quipu_inc(shared_counter());
}

// A program's own type, as such programs write them.
class Metric
{
public:
	explicit Metric(const char *name)
	    : counter_(quipu_counter_new(quipu_default_registry(),
					 QUIPU_OPTS(.name = name, .help = "Of a static.")))
	{
		quipu_inc(counter_);
		quipu_inc(shared_counter());
	}
	quipu_counter counter() const
	{
		return counter_;
	}

private:
	quipu_counter counter_;
};

Metric first("early_first_total");

// A thread and a scrape before main.
bool scraped = [] {
	std::string text;

	std::thread([] { quipu_inc(shared_counter()); }).join();
	return quipu_write(quipu_default_registry(), nullptr, append, &text) == QUIPU_OK &&
	       text.find("\nearly_shared_total 3\n") != std::string::npos;
}();

Metric second("early_second_total");

} // namespace

int main()
{
	quipu_inc(shared_counter());
	expect(scraped, "a scrape before main shows what was recorded before main");
	expect(quipu_read(made_in_preinit) == 2, "the counter made in preinit");
	expect(quipu_read(made_in_constructor) == 1, "the counter made in constructor(101)");
	expect(quipu_read(first.counter()) == 1 && quipu_read(second.counter()) == 1,
	       "counters of static objects");
	expect(quipu_read(shared_counter()) == 5, "the counter that all share");
	expect(quipu_registry_status(quipu_default_registry(), nullptr) == QUIPU_OK,
	       "no error was kept");
	std::printf("early: 5 counters, %d failures\n", failures);
	return failures != 0;
}
