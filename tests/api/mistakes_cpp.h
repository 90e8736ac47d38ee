/* SPDX-License-Identifier: MIT */
/* mistakes_cpp.h: what the statements of mistakes_cpp.txt are about. */
#include <quipu/http.hpp>
#include <quipu/llm.hpp>
#include <quipu/quipu.hpp>

struct things {
	quipu::registry &registry;
	quipu::counter counter;
	quipu::updown updown;
	quipu::gauge gauge;
	quipu::histogram histogram;
	quipu::summary summary;
	quipu::stateset stateset;
	quipu::counter_family counters;
	quipu::gauge_family gauges;
	quipu::histogram_family histograms;
	quipu::kept<quipu::counter> &kept;
	quipu::kept<quipu::counter> &other_kept;
	quipu::http_server &server;
	quipu::llm::kit &kit;
	quipu::llm::call &call;
	const quipu_llm_route *route;
};
