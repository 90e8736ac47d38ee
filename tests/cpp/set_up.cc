/* SPDX-License-Identifier: MIT */
/* set_up.cc: options in every spelling, registries and servers that end with their scope. */
#include "check.h"

#include <quipu/http.hpp>

#include <array>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

namespace
{

quipu::error refused(const quipu::options &options)
{
	static quipu::registry registry;

	registry = quipu::registry();
	quipu::counter_family family(registry, options);
	family.inc_at("a");
	return registry.status();
}

void labels()
{
	const std::array<const char *, 2> array = { "model", "status" };
	const std::vector<const char *> vector(17, "x");
	quipu::options options;

	options.name = "a_total";
	options.help = "A.";
	options.labels = array;
	CHECK(options.labels.size() == 2 && !options.labels.data()[2]);
	/* one too many is kept, so that the C function finds it; more are not */
	options.labels = vector;
	CHECK(options.labels.size() == 17 && !options.labels.data()[17]);
	CHECK(refused(options).code() == QUIPU_ELABEL);
	options.labels = std::vector<const char *>(1000, "x");
	CHECK(options.labels.size() == 17 && !options.labels.data()[17]);
	options.labels = {};
	CHECK(options.labels.size() == 0 && !options.labels.data());
}

void bounds()
{
	quipu::registry registry;
	quipu::options options;

	options.name = "a";
	options.help = "A.";
	options.bounds = { 1, 2.5 };
	quipu::histogram histogram(registry, options);
	histogram.observe(2);
	CHECK(has_line(shown(registry), "a_bucket{le=\"1\"} 0"));
	CHECK(has_line(shown(registry), "a_bucket{le=\"2.5\"} 1"));
	options.name = "b";
	options.bounds = std::vector<double>(600, 1);
	quipu::histogram refused(registry, options);
	CHECK(registry.status().code() == QUIPU_EBOUNDS);
	CHECK(std::strstr(registry.status().where(), "b"));
}

/* Each of the other fields gets to C: what has no use for it says so, or shows it. */
void fields()
{
	quipu::options options;

	options.name = "a_total";
	options.help = "A.";
	options.labels = { "zone" };
	CHECK(!refused(options));
	options.native_factor = 1.1;
	CHECK(refused(options).code() == QUIPU_EOPTION);
	options.native_factor = 0;
	options.quantiles = { 0.5 };
	CHECK(refused(options).code() == QUIPU_EOPTION);
	options.quantiles = {};
	options.window_seconds = 60;
	CHECK(refused(options).code() == QUIPU_EOPTION);
	options.window_seconds = 0;
	options.states = { "up" };
	CHECK(refused(options).code() == QUIPU_EOPTION);
	options.states = {};
	options.unit = "seconds";
	CHECK(refused(options).code() == QUIPU_EUNIT);
	options.unit = nullptr;
	options.help = nullptr;
	CHECK(refused(options).code() == QUIPU_EHELP);
}

void cap()
{
	quipu::registry registry;
	quipu::options options;

	options.name = "a_total";
	options.help = "A.";
	options.labels = { "zone" };
	options.max_series = 1;
	quipu::counter_family family(registry, options);
	family.inc_at("a");
	family.inc_at("b");
	CHECK(has_line(shown(registry), "a_total{otel_metric_overflow=\"true\"} 1"));
}

#if __cplusplus >= 202002L
void designated()
{
	quipu::registry registry({ .prefix = "app_", .const_labels = { { "zone", "eu" } } });
	quipu::counter_family family(
		registry, { .name = "a_total", .help = "A.", .labels = { "model", "status" } });
	quipu::stateset state(registry, { .name = "b", .help = "B.", .states = { "up", "down" } });

	family.inc_at("m", "ok");
	state.select(1);
	CHECK(has_line(shown(registry), "app_a_total{zone=\"eu\",model=\"m\",status=\"ok\"} 1"));
	CHECK(has_line(shown(registry), "app_b{zone=\"eu\",app_b=\"down\"} 1"));
}
#endif

/* The spelling of C, in C++17 and later. */
void spelled_as_in_c()
{
	quipu::registry registry(QUIPU_REGISTRY_OPTS(.prefix = "app_"));
	quipu::counter_family family(registry,
				     QUIPU_OPTS(.name = "a_total", .help = "A.",
						.labels = QUIPU_NAMES("model", "status")));

	family.inc_at("m", "ok");
	CHECK(has_line(shown(registry), "app_a_total{model=\"m\",status=\"ok\"} 1"));
}

} /* namespace */

void test_options()
{
	labels();
	bounds();
	fields();
	cap();
#if __cplusplus >= 202002L
	designated();
#endif
	spelled_as_in_c();
}

void test_registries()
{
	quipu::registry first, second;
	quipu_registry *c = first;
	quipu::counter counter(second, QUIPU_OPTS(.name = "a_total", .help = "A."));

	counter.inc();
	CHECK(!second.status());
	second = std::move(first); /* ends what second had */
	CHECK(static_cast<quipu_registry *>(second) == c);
	CHECK(!static_cast<quipu_registry *>(first));
	counter.inc(); /* reaches nobody */

	/* one that was moved from refuses everything, and its metrics are sinks */
	CHECK(first.status().code() == QUIPU_ENOMEM);
	quipu::counter sink(first, QUIPU_OPTS(.name = "a_total", .help = "A."));
	sink.inc();
	CHECK(sink.read() == 0);

	quipu::counter wrong(second, QUIPU_OPTS(.name = "a_total"));
	const quipu::error failed = second.status();
	CHECK(failed && failed.code() == QUIPU_EHELP);
	CHECK(std::strcmp(failed.what(), quipu_strerror(QUIPU_EHELP)) == 0);
	CHECK(std::strstr(failed.where(), "a_total"));
	second.ref().clear_status();
	CHECK(!second.status());
	CHECK(second.ref().unregister("nothing").code() == QUIPU_EGONE);
	CHECK(second.ref().write_file("/nowhere/at/all").code() == QUIPU_EFILE);
	CHECK(static_cast<quipu_registry *>(quipu::registry_ref()) == quipu_default_registry());
}

void test_servers()
{
	quipu::registry registry;
	quipu::http_options options;

	options.listen = "127.0.0.1:0";
	quipu::http_server server(registry, options);
	CHECK(server && server.code() == QUIPU_OK && server.port() > 0 && !*server.why());
	const std::string address = server.address();

	/* the port is taken as long as the server lives, and free as soon as it has ended */
	options.listen = address.c_str();
	{
		quipu::http_server other(registry, options);

		CHECK(!other && other.code() == QUIPU_ELISTEN && other.port() == 0);
		CHECK(std::strstr(other.why(), address.c_str()));
		CHECK(other.stats().connections == 0);
	}
	quipu::http_server moved(std::move(server));
	CHECK(moved && !server && !*server.address());
	moved.stop();
	CHECK(!moved);
	{
		quipu::http_loop_server loop(registry, options);

		CHECK(loop && loop.fd() >= 0 && loop.poll() >= 0);
		CHECK(loop.address() == address);
	}
	quipu::http_server again(registry, QUIPU_HTTP_OPTS(.listen = address.c_str()));
	CHECK(again);
	static_assert(!std::is_copy_constructible<quipu::http_server>::value &&
			      std::is_nothrow_move_assignable<quipu::http_server>::value,
		      "a server has one owner");
}
