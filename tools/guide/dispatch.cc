/* SPDX-License-Identifier: MIT */
/* Four threads that send prompts to language models and read the streamed answers. */
#include <quipu/http.hpp>
#include <quipu/llm.hpp>
#include <quipu/quipu.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

/* Stands for a provider's client: the HTTP status of the answer. */
static int send_prompt(std::string_view model, int prompt)
{
	std::this_thread::sleep_for(model.empty() ? 0ms : 5ms);
	return prompt % 10 == 9 ? 429 : 200;
}

/* Tokens in the next piece of the answer; 0 at its end. */
static unsigned read_piece(int prompt, int piece)
{
	std::this_thread::sleep_for(2ms);
	if (prompt % 50 == 8 && piece == 3)
		throw std::runtime_error("connection lost");
	return piece < 5 + prompt % 5 ? 12 : 0;
}

static void dispatch(const quipu::llm::kit &kit, std::string_view model, int prompt)
{
	const quipu_llm_route *route = kit.route(model, "openai");
	quipu::llm::call call(route); // ends with its scope, if not before
	const int status = send_prompt(model, prompt);
	unsigned tokens = 0;

	if (status == 429)
		quipu_llm_rate_limited(route, QUIPU_LLM_HTTP_429);
	if (status != 200)
		return call.end(quipu_llm_error_of_http(status));
	for (int piece = 0; unsigned got = read_piece(prompt, piece); piece++) {
		call.chunk();
		tokens += got;
	}
	call.end(QUIPU_LLM_OK, { .input = 50, .output = tokens });
}

int main()
{
	quipu::registry_ref reg;
	quipu::http_server server(reg);
	quipu::llm::kit kit(reg);
	quipu::counter_family prompts(reg, { .name = "prompts_total",
					     .help = "Prompts dispatched.",
					     .labels = { "plan", "end" } });
	quipu::histogram turns(reg, { .name = "worker_turn_seconds",
				      .help = "Time of a worker's turn.",
				      .unit = "seconds" });

	if (!server)
		return std::fprintf(stderr, "%s\n", server.why()), 1;
	if (quipu::error failed = reg.status())
		return std::fprintf(stderr, "%s: %s\n", failed.where(), failed.what()), 1;
	std::fprintf(stderr, "http://%s/\n", server.address());

	std::atomic<int> next{ 0 };
	auto work = [&](std::string_view plan) {
		for (;;) {
			const int prompt = next++;
			quipu::scoped_timer timer(turns); // observes however the turn ends
			try {
				dispatch(kit, prompt % 3 ? "gpt-4o" : "gpt-4o-mini", prompt);
				prompts.inc_at(plan, "done");
			} catch (const std::runtime_error &) {
				prompts.inc_at(plan, "failed");
			}
		}
	};
	std::vector<std::thread> workers;
	for (int i = 0; i < 4; i++)
		workers.emplace_back(work, i % 2 ? "free" : "paid");
	for (std::thread &worker : workers)
		worker.join();
}
