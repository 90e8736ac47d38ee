/* SPDX-License-Identifier: MIT */
/* handles.cc: each kind's verbs, both spellings mixed; who owns a series' pin. */
#include "check.h"

#include <type_traits>
#include <utility>

using namespace std::chrono_literals;

namespace
{

const quipu_opts *named(const char *name)
{
	static quipu_opts opts;

	opts = {};
	opts.size = sizeof opts;
	opts.name = name;
	opts.help = "Something.";
	return &opts;
}

void integers(quipu_registry *registry)
{
	quipu::counter counter(registry, named("a_total"));
	quipu::float_counter real(registry, named("b_total"));
	quipu::updown updown(registry, named("c"));

	counter.inc();
	counter.add(40);
	quipu_inc(counter);
	CHECK(counter.read() == 42 && quipu_read(counter) == 42);
	real.inc();
	real.add(0.5);
	CHECK(real.read() == 1.5);
	updown.inc();
	updown.inc();
	updown.dec();
	updown.add(-5);
	CHECK(updown.read() == -4);
}

void gauges(quipu_registry *registry)
{
	quipu::gauge gauge(registry, named("d"));

	gauge.set(1.5);
	gauge.add(2);
	gauge.inc();
	gauge.dec();
	gauge.dec();
	CHECK(gauge.read() == 2.5);
	gauge.set_to_now();
	CHECK(gauge.read() > 1.6e9);
}

void states(quipu_registry *registry)
{
	static const char *const names[] = { "open", "closed", nullptr };
	quipu_opts opts = *named("e");

	opts.states = names;
	opts.n_states = 2;
	quipu::stateset stateset(registry, &opts);
	stateset.select(1);
	CHECK(stateset.read() == 2);
	stateset.set(0, true);
	stateset.set(1, false);
	CHECK(stateset.read() == 1);
}

void durations(quipu_registry *registry)
{
	quipu::histogram histogram(registry, named("f"));
	quipu::summary summary(registry, named("g"));

	histogram.observe(1);
	histogram.observe_ns(250000000);
	histogram.observe(5ms);
	histogram.observe(std::chrono::duration<float>(0.5f));
	CHECK(histogram.read().count == 4 && histogram.read().sum == 1.755);
	CHECK(has_line(shown(registry), "f_bucket{le=\"0.005\"} 1"));
	/* rounded once: 9 times a thousandth is not 0.009 */
	quipu::histogram exact(registry, named("k"));
	exact.observe(9ms);
	CHECK(exact.read().sum == 0.009);
	summary.observe(1);
	summary.observe(2s);
	summary.observe_ns(500000000);
	CHECK(summary.read().count == 3 && summary.read().sum == 3.5);
}

void sinks()
{
	quipu::counter counter;
	quipu::gauge gauge;
	quipu::histogram histogram;
	quipu::kept<quipu::counter> kept;

	counter.inc();
	gauge.set(1);
	histogram.observe(1);
	kept.inc();
	CHECK(counter.read() == 0 && gauge.read() == 0 && histogram.read().count == 0);
	CHECK(kept.read() == 0);
}

/* A pinned series that was removed still swallows records; its slot is used again only when
 * nobody has it any more, which is how a lost or a doubled pin would show. */
void pins(quipu_registry *registry)
{
	static const char *const labels[] = { "zone", nullptr };
	quipu_opts opts = *named("h_total");

	opts.labels = labels;
	quipu::counter_family family(registry, &opts);
	quipu::kept<quipu::counter> first = family.at("a");
	const uint32_t slot = first.c().offset;

	CHECK(family.clear() == 1);
	quipu::kept<quipu::counter> second = family.at("b");
	CHECK(second.c().offset != slot);

	quipu::kept<quipu::counter> moved(std::move(first));
	CHECK(first.c().offset == 0 && moved.c().offset == slot);
	first.inc();
	second = std::move(moved); /* gives b's pin back, and takes a's */
	CHECK(second.c().offset == slot && moved.c().offset == 0);
	quipu::kept<quipu::counter> &self = second;
	second = std::move(self);
	CHECK(second.c().offset == slot);
	family.inc_at("b");
	CHECK(family.at("b").read() == 1);

	quipu_counter mine = second.take();
	CHECK(mine.offset == slot && second.c().offset == 0);
	second = quipu::kept<quipu::counter>(mine);
	second.release();
	CHECK(second.c().offset == 0);
	second.release();
	quipu::counter view = family.at("b").c();
	(void)view;
}

/* One series after the other: a pin that is not given back by a handle's end, or by another one that is
 * moved there, would keep its slot, and the next series would have one further on. */
void no_leak(quipu_registry *registry, const char *name, bool move)
{
	static const char *const labels[] = { "zone", nullptr };
	quipu_opts opts = *named(name);
	uint32_t highest = 0;

	opts.labels = labels;
	quipu::counter_family family(registry, &opts);
	quipu::kept<quipu::counter> last;
	for (int i = 0; i < 20000; i++) {
		quipu::kept<quipu::counter> kept = family.at("zone " + std::to_string(i));

		kept.inc();
		highest = kept.c().offset > highest ? kept.c().offset : highest;
		family.clear();
		if (move)
			last = std::move(kept);
	}
	CHECK(highest < 20000 * sizeof(uint64_t));
	CHECK(!quipu::registry_ref(registry).status());
}

template <typename Handle> constexpr bool as_small_as_c()
{
	return sizeof(Handle) == sizeof(typename Handle::c_type) &&
	       sizeof(quipu::kept<Handle>) == sizeof(Handle) &&
	       std::is_trivially_copyable<Handle>::value &&
	       !std::is_copy_constructible<quipu::kept<Handle>>::value &&
	       std::is_nothrow_move_constructible<quipu::kept<Handle>>::value &&
	       std::is_nothrow_move_assignable<quipu::kept<Handle>>::value;
}

static_assert(as_small_as_c<quipu::counter>() && as_small_as_c<quipu::float_counter>() &&
		      as_small_as_c<quipu::updown>() && as_small_as_c<quipu::gauge>() &&
		      as_small_as_c<quipu::histogram>() && as_small_as_c<quipu::summary>() &&
		      as_small_as_c<quipu::stateset>(),
	      "a handle is C's, and a kept one can only be moved");

} /* namespace */

void test_handles()
{
	quipu::registry registry;

	integers(registry);
	gauges(registry);
	states(registry);
	durations(registry);
	sinks();
	pins(registry);
	no_leak(registry, "i_total", false);
	no_leak(registry, "j_total", true);
	CHECK(!registry.status());
}
