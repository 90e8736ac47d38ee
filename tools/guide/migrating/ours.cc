/* SPDX-License-Identifier: MIT */
/* The program of theirs.cc, with quipu. */
#include <quipu/http.hpp>
#include <quipu/quipu.hpp>

#include <cstdio>

int main()
{
	quipu::registry registry;
	quipu::http_server server(registry, { .listen = "127.0.0.1:0" });
	quipu::counter_family calls(
		registry,
		{ .name = "calls_total", .help = "Calls made.", .labels = { "model", "status" } });
	quipu::updown open(registry, { .name = "calls_open", .help = "Calls under way." });
	quipu::histogram_family seconds(registry, { .name = "call_seconds",
						    .help = "Time a call took.",
						    .labels = { "model" },
						    .bounds = { 0.1, 0.5, 2.5 } });
	if (!server)
		return std::fprintf(stderr, "%s\n", server.why()), 1;
	if (quipu::error failed = registry.status())
		return std::fprintf(stderr, "%s: %s\n", failed.where(), failed.what()), 1;

	quipu::kept<quipu::counter> good = calls.at("gpt-4o", "success");
	quipu::kept<quipu::histogram> fast = seconds.at("gpt-4o");

	good.inc();
	good.add(2);
	calls.inc_at("o\"1", "error");
	open.inc();
	open.inc();
	open.dec();
	fast.observe(0.25);
	fast.observe(0.5);
	fast.observe(30);

	std::printf("http://%s/metrics\n", server.address());
	std::fflush(stdout);
	while (std::getchar() != EOF) {
	}
}
