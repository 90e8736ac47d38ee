/* SPDX-License-Identifier: MIT */
/*
 * r8_orders.c: the same labels in another order.
 *
 * R8, P6: a typed set is the same series in whatever order its labels are written (names tell, not
 * places); a set declared in another order than the family's is refused with ESCHEMA, never taken
 * in its order; constant labels beside them change nothing. By position, order is meaning:
 * ("a", "b") and ("b", "a") are two series.
 */
#include "torture.h"

#include <quipu/quipu.h>
#include <stdio.h>
#include <string.h>

static const struct torture defaults = {
	.name = "orders",
	.promises = "P6 R8: labels in another order",
};

QUIPU_LABELS(call, model, provider, status);
QUIPU_LABELS(turned, status, model, provider);
QUIPU_LABELS(shorter, model, provider);

static quipu_registry *registry;
static quipu_counter_family family;

static void check_typed(void)
{
	const quipu_counter all[] = {
		quipu_with(family, call, .model = "m", .provider = "p", .status = "s"),
		quipu_with(family, call, .model = "m", .status = "s", .provider = "p"),
		quipu_with(family, call, .provider = "p", .model = "m", .status = "s"),
		quipu_with(family, call, .provider = "p", .status = "s", .model = "m"),
		quipu_with(family, call, .status = "s", .model = "m", .provider = "p"),
		quipu_with(family, call, .status = "s", .provider = "p", .model = "m"),
		quipu_at(family, "m", "p", "s"),
	};
	size_t i, n = sizeof all / sizeof *all;

	for (i = 0; i < n; i++) {
		TORTURE_CHECK("R8", all[i].offset && all[i].offset == all[0].offset,
			      "order %zu is another series", i);
		quipu_inc(all[i]);
	}
	quipu_inc_at(family, "m", "p", "s");
	TORTURE_CHECK("R8", quipu_read(all[0]) == n + 1, "not all are counted in one");
	for (i = 0; i < n; i++)
		quipu_release(all[i]);
}

static void expect_refused(quipu_counter handle, const char *what)
{
	const char *where = "";

	TORTURE_CHECK("R8", handle.offset == 0, "%s is taken", what);
	TORTURE_CHECK("R8", quipu_registry_status(registry, &where) == QUIPU_ESCHEMA,
		      "%s: no ESCHEMA", what);
	TORTURE_CHECK("R8", strstr(where, "orders_total"), "%s: the status says %s", what, where);
	quipu_registry_clear_status(registry);
}

static void check_positions(void)
{
	quipu_counter one = quipu_at(family, "a", "b", "c"),
		      other = quipu_at(family, "b", "a", "c");
	quipu_counter third = quipu_at(family, "ab", "", "c"),
		      last = quipu_at(family, "a", "bc", "");

	TORTURE_CHECK("R8",
		      one.offset != other.offset && one.offset != third.offset &&
			      one.offset != last.offset && third.offset != last.offset,
		      "two sets share a series");
	quipu_release(one);
	quipu_release(other);
	quipu_release(third);
	quipu_release(last);
}

int main(int argc, char **argv)
{
	static const quipu_label label = { "zone", "z" };

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.const_labels = &label, .n_const_labels = 1));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "orders_total", .help = "O.", .labels = call_names));
	check_typed();
	expect_refused(quipu_with(family, turned, .model = "m", .provider = "p", .status = "s"),
		       "a set in another order");
	expect_refused(quipu_with(family, shorter, .model = "m", .provider = "p"),
		       "a set with a label less");
	check_positions();
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK, "status is not ok");
	quipu_registry_free(registry);
	return torture_end("7 orders");
}
