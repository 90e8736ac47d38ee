/* SPDX-License-Identifier: MIT */
/* llm.cc: calls end once, whoever owns them at the end; names of any kind of string. */
#include "check.h"

#include <quipu/llm.hpp>

#include <stdexcept>
#include <utility>

namespace
{

const char OF[] = "model=\"m\",provider=\"p\"";

std::string requests(const char *status, int n)
{
	return std::string("llm_requests_total{") + OF + ",status=\"" + status + "\"} " +
	       std::to_string(n);
}

std::string tokens(const char *direction, int n)
{
	return std::string("llm_tokens_total{") + OF + ",direction=\"" + direction + "\"} " +
	       std::to_string(n);
}

std::string in_flight(int n)
{
	return std::string("llm_requests_in_flight{") + OF + "} " + std::to_string(n);
}

std::string misuse(const char *kind, int n)
{
	return std::string("llm_misuse_total{kind=\"") + kind + "\"} " + std::to_string(n);
}

void ended(quipu::registry &registry, const quipu_llm_route *route)
{
	quipu::llm::usage usage;

	usage.input = 812;
	usage.output = 64;
	{
		quipu::llm::call call(route);

		CHECK(has_line(shown(registry), in_flight(1)));
		call.first_token();
		call.chunk();
		call.end(QUIPU_LLM_OK, usage);
		call.begin(route);
		call.end(QUIPU_LLM_RATE_LIMITED);
		call.begin(route);
		call.end(QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 1, .output = 1));
	}
	const std::string text = shown(registry);

	CHECK(has_line(text, requests("success", 2)) &&
	      has_line(text, requests("rate_limited", 1)));
	CHECK(has_line(text, tokens("input", 813)) && has_line(text, tokens("output", 65)));
	CHECK(has_line(text, in_flight(0)) && has_line(text, misuse("never_ended", 0)));
}

void leave(const quipu_llm_route *route)
{
	quipu::llm::call call(route);

#ifdef __cpp_exceptions
	throw std::runtime_error("out");
#endif
}

void dropped(quipu::registry &registry, const quipu_llm_route *route)
{
#ifdef __cpp_exceptions
	try {
		leave(route);
	} catch (const std::runtime_error &) {
	}
#else
	leave(route);
#endif
	const std::string text = shown(registry);

	CHECK(has_line(text, requests("cancelled", 1)) && has_line(text, in_flight(0)));
	CHECK(has_line(text, misuse("never_ended", 1)));
}

/* One call, however often it is handed on: it ends once, by the last who has it. */
void moved(quipu::registry &registry, const quipu_llm_route *route)
{
	{
		quipu::llm::call never;
		quipu::llm::call first(route);
		quipu::llm::call second(std::move(first));
		quipu::llm::call &self = second;

		second = std::move(self);
		never = std::move(second);
		CHECK(has_line(shown(registry), in_flight(1)));
		never.end(QUIPU_LLM_OK);
	}
	std::string text = shown(registry);

	CHECK(has_line(text, requests("success", 3)) && has_line(text, in_flight(0)));
	CHECK(has_line(text, misuse("never_ended", 1)));
	{
		quipu::llm::call replaced(route);

		replaced = quipu::llm::call(route); /* drops the first of the two */
		replaced.end(QUIPU_LLM_OK);
	}
	text = shown(registry);
	CHECK(has_line(text, requests("cancelled", 2)) && has_line(text, requests("success", 4)));
	CHECK(has_line(text, misuse("never_ended", 2)) && has_line(text, in_flight(0)));
}

void names(const quipu::llm::kit &kit)
{
	static const char text[] = { 'm', 'p' }; /* no NUL */
	const quipu_llm_route *route = kit.route("m", "p");
	const quipu_llm_route *other = kit.route("unheard of", "p");

	CHECK(route && other && route != other);
	CHECK(kit.route(std::string_view(text, 1), std::string_view(text + 1, 1)) == route);
	CHECK(kit.route(std::string("m"), std::string("p")) == route);
	CHECK(kit.route(std::string(256, 'x'), "p") == other);
	CHECK(kit.route(std::string(100000, 'x'), "p") == other);
	CHECK(kit.route(std::string_view("m\0n", 3), "p") == other);
	CHECK(kit.route(std::string_view(), "p") == other);
	CHECK(kit.route(QUIPU_LLM_EMBEDDINGS, "m", "p"));
}

} /* namespace */

void test_llm()
{
	static const char *const models[] = { "m", nullptr };
	quipu::registry registry;
	quipu::llm::kit kit(registry, QUIPU_LLM_OPTS(.models = models));

	CHECK(kit && !kit.status());
	const quipu_llm_route *route = kit.route("m", "p");
	ended(registry, route);
	dropped(registry, route);
	moved(registry, route);
	names(kit);

	const quipu::llm::kit second(registry);
	CHECK(!second && second.status().code() == QUIPU_EDUPLICATE);
	quipu::llm::call sink(second.route("m", "p"));
	CHECK(!second.route("m", "p"));
}
