/* SPDX-License-Identifier: MIT */
/*
 * verbs.h: the spelling you use, the same in C and C++. Everything here only chooses the
 * typed function (record.h, metric.h) by the type of its first argument; the wrong verb on a
 * type does not compile.
 *
 *   on a kept handle             quipu_inc(h)  quipu_add(h, n)  quipu_dec(h)  quipu_set(h, x)
 *                                quipu_observe(h, x)  quipu_observe_ns(h, ns)  quipu_select(h, i)
 *   by label values, in order    quipu_inc_at(family, value …)  quipu_dec_at  quipu_add_at(family, n, value …)
 *                                quipu_set_at(family, x, value …)  quipu_observe_at(family, x, value …)
 *                                quipu_observe_ns_at(family, ns, value …)  quipu_select_at(family, i, value …)
 *   with their lengths           the same with _v: quipu_inc_at_v(family, const quipu_str *, n) …
 *   by a typed label set         the same with _with: quipu_inc_with(family, set, .name = value …) …
 *   kept handles                 quipu_at(family, value …)  quipu_at_v  quipu_with(family, set, .name = value …)
 *                                quipu_grid_at(grid, i, j …)  quipu_release(h)
 *   with a trace (exemplar.h)    quipu_inc_exemplar(h, e)  quipu_add_exemplar(h, n, e)
 *                                quipu_observe_exemplar(h, x, e)  quipu_observe_ns_exemplar(h, ns, e)
 *                                quipu_exemplar_wanted(h, x)
 *                                and quipu_inc_exemplar_at(family, e, value …)
 *                                quipu_add_exemplar_at(family, n, e, value …)
 *                                quipu_observe_exemplar_at(family, x, e, value …)
 *                                quipu_observe_ns_exemplar_at(family, ns, e, value …)
 *   reading back                 quipu_read(h)
 *   families                     quipu_family_remove(family, value …)  quipu_family_clear(family)
 *                                quipu_family_remove_matching(family, name, value)
 *                                quipu_family_unregister(family)
 *
 * Typed label sets: QUIPU_LABELS(call_labels, model, provider) makes the type call_labels with
 * one field per label and the list call_labels_names for .labels. The labels must be C
 * identifiers; in C++ they are given in order. A field left out is NULL, which is an error, so
 * that a label cannot be forgotten. A grid index out of range, or too few of them, gives the sink.
 */
#ifndef QUIPU_VERBS_H
#define QUIPU_VERBS_H

#if defined(__GNUC__)
/* compound literals and designators, also in C++11, without a warning */
#pragma GCC system_header
#endif

#include <quipu/exemplar.h>
#include <quipu/metric.h>
#include <quipu/record.h>

/* --- options ------------------------------------------------------------------------------- */

#ifdef __cplusplus
#define QUIPU_PRIV_OPTS(type, ...)                                                                 \
	quipu_priv_address(__extension__(type){ .size = sizeof(type), __VA_ARGS__ })
/* The temporary lives until the call that takes its address has returned. */
template <typename T> inline const T *quipu_priv_address(const T &options)
{
	return &options;
}
#else
#define QUIPU_PRIV_OPTS(type, ...) (&(const type){ .size = sizeof(type), __VA_ARGS__ })
#endif
#define QUIPU_OPTS(...) QUIPU_PRIV_OPTS(quipu_opts, __VA_ARGS__)
#define QUIPU_REGISTRY_OPTS(...) QUIPU_PRIV_OPTS(quipu_registry_opts, __VA_ARGS__)

/* --- label sets ------------------------------------------------------------------------------ */

#define QUIPU_PRIV_COUNT(...)                                                                      \
	QUIPU_PRIV_COUNT_(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define QUIPU_PRIV_COUNT_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, count, ...) count
#define QUIPU_PRIV_PASTE(a, b) QUIPU_PRIV_PASTE_(a, b)
#define QUIPU_PRIV_PASTE_(a, b) a##b
#define QUIPU_PRIV_EACH(m, ...)                                                                    \
	QUIPU_PRIV_PASTE(QUIPU_PRIV_EACH_, QUIPU_PRIV_COUNT(__VA_ARGS__))(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_1(m, x) m(x)
#define QUIPU_PRIV_EACH_2(m, x, ...) m(x) QUIPU_PRIV_EACH_1(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_3(m, x, ...) m(x) QUIPU_PRIV_EACH_2(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_4(m, x, ...) m(x) QUIPU_PRIV_EACH_3(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_5(m, x, ...) m(x) QUIPU_PRIV_EACH_4(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_6(m, x, ...) m(x) QUIPU_PRIV_EACH_5(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_7(m, x, ...) m(x) QUIPU_PRIV_EACH_6(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_8(m, x, ...) m(x) QUIPU_PRIV_EACH_7(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_9(m, x, ...) m(x) QUIPU_PRIV_EACH_8(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_10(m, x, ...) m(x) QUIPU_PRIV_EACH_9(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_11(m, x, ...) m(x) QUIPU_PRIV_EACH_10(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_12(m, x, ...) m(x) QUIPU_PRIV_EACH_11(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_13(m, x, ...) m(x) QUIPU_PRIV_EACH_12(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_14(m, x, ...) m(x) QUIPU_PRIV_EACH_13(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_15(m, x, ...) m(x) QUIPU_PRIV_EACH_14(m, __VA_ARGS__)
#define QUIPU_PRIV_EACH_16(m, x, ...) m(x) QUIPU_PRIV_EACH_15(m, __VA_ARGS__)
#define QUIPU_PRIV_FIELD(name) const char *name;
#define QUIPU_PRIV_NAME(name) #name,

/* The type `set` with one field per label, and the list `set_names`. At file scope. */
#define QUIPU_LABELS(set, ...)                                                                     \
	typedef struct set {                                                                       \
		QUIPU_PRIV_EACH(QUIPU_PRIV_FIELD, __VA_ARGS__)                                     \
	} set;                                                                                     \
	__attribute__((unused)) static const char *const set##_names[] = { QUIPU_PRIV_EACH(        \
		QUIPU_PRIV_NAME, __VA_ARGS__) 0 }

/* A list of label names for .labels without a type: QUIPU_NAMES("model", "provider"). */
#ifdef __cplusplus
template <size_t N> struct quipu_priv_names {
	const char *list[N];
	operator const char * const *() const
	{
		return list;
	}
};
#define QUIPU_NAMES(...)                                                                           \
	(__extension__(quipu_priv_names<QUIPU_PRIV_COUNT(__VA_ARGS__) + 1>){ { __VA_ARGS__, 0 } })
#else
#define QUIPU_NAMES(...) ((const char *const[]){ __VA_ARGS__, 0 })
#endif

/* --- C ---------------------------------------------------------------------------------------- */

#ifndef __cplusplus

#define quipu_inc(h)                                                                               \
	_Generic((h), quipu_counter                                                                \
		 : quipu_counter_inc, quipu_float_counter                                          \
		 : quipu_float_counter_inc, quipu_updown                                           \
		 : quipu_updown_inc, quipu_gauge                                                   \
		 : quipu_gauge_inc)(h)
#define quipu_dec(h)                                                                               \
	_Generic((h), quipu_updown : quipu_updown_dec, quipu_gauge : quipu_gauge_dec)(h)
#define quipu_add(h, n)                                                                            \
	_Generic((h), quipu_counter                                                                \
		 : quipu_counter_add, quipu_float_counter                                          \
		 : quipu_float_counter_add, quipu_updown                                           \
		 : quipu_updown_add, quipu_gauge                                                   \
		 : quipu_gauge_add)(h, n)
#define quipu_set(h, x) _Generic((h), quipu_gauge : quipu_gauge_set)(h, x)
#define quipu_select(h, i) _Generic((h), quipu_stateset : quipu_stateset_select)(h, i)
#define quipu_observe(h, x)                                                                        \
	_Generic((h), quipu_histogram                                                              \
		 : quipu_histogram_observe, quipu_summary                                          \
		 : quipu_summary_observe)(h, x)
#define quipu_observe_ns(h, ns)                                                                    \
	_Generic((h), quipu_histogram                                                              \
		 : quipu_histogram_observe_ns, quipu_summary                                       \
		 : quipu_summary_observe_ns)(h, ns)

#define quipu_add_exemplar(h, n, e)                                                                \
	_Generic((h), quipu_counter                                                                \
		 : quipu_counter_add_exemplar, quipu_float_counter                                 \
		 : quipu_float_counter_add_exemplar)(h, n, e)
#define quipu_inc_exemplar(h, e) quipu_add_exemplar(h, 1, e)
#define quipu_observe_exemplar(h, x, e)                                                            \
	_Generic((h), quipu_histogram : quipu_histogram_observe_exemplar)(h, x, e)
#define quipu_exemplar_wanted(h, x)                                                                \
	_Generic((h), quipu_counter                                                                \
		 : quipu_counter_exemplar_wanted, quipu_float_counter                              \
		 : quipu_float_counter_exemplar_wanted, quipu_histogram                            \
		 : quipu_histogram_exemplar_wanted)(h, x)
#define quipu_observe_ns_exemplar(h, ns, e)                                                        \
	quipu_observe_exemplar(h, (double)(uint64_t)(ns) / 1e9, e)

#define quipu_read(h)                                                                              \
	_Generic((h), quipu_counter                                                                \
		 : quipu_counter_read, quipu_float_counter                                         \
		 : quipu_float_counter_read, quipu_updown                                          \
		 : quipu_updown_read, quipu_gauge                                                  \
		 : quipu_gauge_read, quipu_histogram                                               \
		 : quipu_histogram_read, quipu_summary                                             \
		 : quipu_summary_read, quipu_stateset                                              \
		 : quipu_stateset_read)(h)

#define QUIPU_PRIV_BY_FAMILY(family, what)                                                         \
	_Generic((family), quipu_counter_family                                                    \
		 : quipu_counter_##what, quipu_float_counter_family                                \
		 : quipu_float_counter_##what, quipu_updown_family                                 \
		 : quipu_updown_##what, quipu_gauge_family                                         \
		 : quipu_gauge_##what, quipu_histogram_family                                      \
		 : quipu_histogram_##what, quipu_summary_family                                    \
		 : quipu_summary_##what, quipu_stateset_family                                     \
		 : quipu_stateset_##what)
#define QUIPU_PRIV_ADD(family, how)                                                                \
	_Generic((family), quipu_counter_family                                                    \
		 : quipu_counter_add_##how, quipu_float_counter_family                             \
		 : quipu_float_counter_add_##how, quipu_updown_family                              \
		 : quipu_updown_add_##how, quipu_gauge_family                                      \
		 : quipu_gauge_add_##how)
#define QUIPU_PRIV_DEC(family, how)                                                                \
	_Generic((family), quipu_updown_family                                                     \
		 : quipu_updown_add_##how, quipu_gauge_family                                      \
		 : quipu_gauge_add_##how)
#define QUIPU_PRIV_SET(family, how) _Generic((family), quipu_gauge_family : quipu_gauge_set_##how)
#define QUIPU_PRIV_OBSERVE(family, how)                                                            \
	_Generic((family), quipu_histogram_family                                                  \
		 : quipu_histogram_observe_##how, quipu_summary_family                             \
		 : quipu_summary_observe_##how)
#define QUIPU_PRIV_SELECT(family, how)                                                             \
	_Generic((family), quipu_stateset_family : quipu_stateset_select_##how)

#define QUIPU_PRIV_VALUES(...)                                                                     \
	((const char *const[]){ __VA_ARGS__ }),                                                    \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)
#define QUIPU_PRIV_SET_VALUES(set, ...)                                                            \
	set##_names, (const char *const *)(const void *)&(const set)                               \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

#define quipu_at(family, ...)                                                                      \
	QUIPU_PRIV_BY_FAMILY(family, at)(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_at_v(family, ...) QUIPU_PRIV_BY_FAMILY(family, at_v)(family, __VA_ARGS__)
#define quipu_with(family, set, ...)                                                               \
	QUIPU_PRIV_BY_FAMILY(family, with)(family, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))

#define quipu_inc_at(family, ...)                                                                  \
	QUIPU_PRIV_ADD(family, at)(family, 1, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_inc_at_v(family, ...) QUIPU_PRIV_ADD(family, at_v)(family, 1, __VA_ARGS__)
#define quipu_inc_with(family, set, ...)                                                           \
	QUIPU_PRIV_ADD(family, with)(family, 1, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_dec_at(family, ...)                                                                  \
	QUIPU_PRIV_DEC(family, at)(family, -1, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_dec_at_v(family, ...) QUIPU_PRIV_DEC(family, at_v)(family, -1, __VA_ARGS__)
#define quipu_dec_with(family, set, ...)                                                           \
	QUIPU_PRIV_DEC(family, with)(family, -1, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_add_at(family, amount, ...)                                                          \
	QUIPU_PRIV_ADD(family, at)(family, amount, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_add_at_v(family, amount, ...)                                                        \
	QUIPU_PRIV_ADD(family, at_v)(family, amount, __VA_ARGS__)
#define quipu_add_with(family, amount, set, ...)                                                   \
	QUIPU_PRIV_ADD(family, with)(family, amount, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_set_at(family, x, ...)                                                               \
	QUIPU_PRIV_SET(family, at)(family, x, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_set_at_v(family, x, ...) QUIPU_PRIV_SET(family, at_v)(family, x, __VA_ARGS__)
#define quipu_set_with(family, x, set, ...)                                                        \
	QUIPU_PRIV_SET(family, with)(family, x, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_observe_at(family, x, ...)                                                           \
	QUIPU_PRIV_OBSERVE(family, at)(family, x, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_observe_at_v(family, x, ...) QUIPU_PRIV_OBSERVE(family, at_v)(family, x, __VA_ARGS__)
#define quipu_observe_with(family, x, set, ...)                                                    \
	QUIPU_PRIV_OBSERVE(family, with)(family, x, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_observe_ns_at(family, ns, ...)                                                       \
	quipu_observe_at(family, (double)(uint64_t)(ns) / 1e9, __VA_ARGS__)
#define quipu_observe_ns_at_v(family, ns, ...)                                                     \
	quipu_observe_at_v(family, (double)(uint64_t)(ns) / 1e9, __VA_ARGS__)
#define quipu_select_at_v(family, i, ...) QUIPU_PRIV_SELECT(family, at_v)(family, i, __VA_ARGS__)
#define quipu_select_with(family, i, set, ...)                                                     \
	QUIPU_PRIV_SELECT(family, with)(family, i, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_observe_ns_with(family, ns, set, ...)                                                \
	quipu_observe_with(family, (double)(uint64_t)(ns) / 1e9, set, __VA_ARGS__)
#define quipu_select_at(family, i, ...)                                                            \
	QUIPU_PRIV_SELECT(family, at)(family, i, QUIPU_PRIV_VALUES(__VA_ARGS__))

#define quipu_add_exemplar_at(family, amount, e, ...)                                              \
	_Generic((family), quipu_counter_family                                                    \
		 : quipu_counter_add_exemplar_at, quipu_float_counter_family                       \
		 : quipu_float_counter_add_exemplar_at)(family, amount, e,                         \
							QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_inc_exemplar_at(family, e, ...) quipu_add_exemplar_at(family, 1, e, __VA_ARGS__)
#define quipu_observe_exemplar_at(family, x, e, ...)                                               \
	_Generic((family), quipu_histogram_family                                                  \
		 : quipu_histogram_observe_exemplar_at)(family, x, e,                              \
							QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_observe_ns_exemplar_at(family, ns, e, ...)                                           \
	quipu_observe_exemplar_at(family, (double)(uint64_t)(ns) / 1e9, e, __VA_ARGS__)

#define quipu_release(h)                                                                           \
	_Generic((h), quipu_counter                                                                \
		 : quipu_counter_release, quipu_float_counter                                      \
		 : quipu_float_counter_release, quipu_updown                                       \
		 : quipu_updown_release, quipu_gauge                                               \
		 : quipu_gauge_release, quipu_histogram                                            \
		 : quipu_histogram_release, quipu_summary                                          \
		 : quipu_summary_release, quipu_stateset                                           \
		 : quipu_stateset_release, quipu_info                                              \
		 : quipu_info_release, quipu_counter_grid                                          \
		 : quipu_counter_grid_release, quipu_float_counter_grid                            \
		 : quipu_float_counter_grid_release, quipu_updown_grid                             \
		 : quipu_updown_grid_release, quipu_histogram_grid                                 \
		 : quipu_histogram_grid_release)(h)

#define quipu_grid_at(grid, ...)                                                                   \
	_Generic((grid), quipu_counter_grid                                                        \
		 : quipu_counter_grid_at, quipu_float_counter_grid                                 \
		 : quipu_float_counter_grid_at, quipu_updown_grid                                  \
		 : quipu_updown_grid_at, quipu_histogram_grid                                      \
		 : quipu_histogram_grid_at)(grid, (const uint32_t[]){ __VA_ARGS__ },               \
					    sizeof((const uint32_t[]){ __VA_ARGS__ }) /            \
						    sizeof(uint32_t))

#define quipu_family_clear(family) QUIPU_PRIV_BY_FAMILY(family, family_clear)(family)
#define quipu_family_remove_matching(family, name, value)                                          \
	QUIPU_PRIV_BY_FAMILY(family, family_remove_matching)(family, name, value)
#define quipu_family_unregister(family) QUIPU_PRIV_BY_FAMILY(family, family_unregister)(family)
#define quipu_family_remove(family, ...)                                                           \
	QUIPU_PRIV_BY_FAMILY(family, family_remove_n)(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_counter_family_remove(family, ...)                                                   \
	quipu_counter_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_float_counter_family_remove(family, ...)                                             \
	quipu_float_counter_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_updown_family_remove(family, ...)                                                    \
	quipu_updown_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_gauge_family_remove(family, ...)                                                     \
	quipu_gauge_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_histogram_family_remove(family, ...)                                                 \
	quipu_histogram_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_summary_family_remove(family, ...)                                                   \
	quipu_summary_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))
#define quipu_stateset_family_remove(family, ...)                                                  \
	quipu_stateset_family_remove_n(family, QUIPU_PRIV_VALUES(__VA_ARGS__))

#else /* --- C++ -------------------------------------------------------------------------------   \
       */

#define QUIPU_PRIV_CXX_KIND(kind)                                                                  \
	template <typename... Values>                                                              \
	inline quipu_##kind quipu_at(quipu_##kind##_family family, Values... values)               \
	{                                                                                          \
		const char *list[] = { values... };                                                \
		return quipu_##kind##_at(family, list, sizeof...(values));                         \
	}                                                                                          \
	inline quipu_##kind quipu_at_v(quipu_##kind##_family family, const quipu_str *values,      \
				       size_t n)                                                   \
	{                                                                                          \
		return quipu_##kind##_at_v(family, values, n);                                     \
	}                                                                                          \
	template <typename Set>                                                                    \
	inline quipu_##kind quipu_priv_with(quipu_##kind##_family family,                          \
					    const char *const *names, const Set &set)              \
	{                                                                                          \
		return quipu_##kind##_with(family, names,                                          \
					   reinterpret_cast<const char *const *>(&set));           \
	}                                                                                          \
	template <typename... Values>                                                              \
	inline size_t quipu_##kind##_family_remove(quipu_##kind##_family family, Values... values) \
	{                                                                                          \
		const char *list[] = { values... };                                                \
		return quipu_##kind##_family_remove_n(family, list, sizeof...(values));            \
	}                                                                                          \
	template <typename... Values>                                                              \
	inline size_t quipu_family_remove(quipu_##kind##_family family, Values... values)          \
	{                                                                                          \
		return quipu_##kind##_family_remove(family, values...);                            \
	}                                                                                          \
	inline size_t quipu_family_clear(quipu_##kind##_family family)                             \
	{                                                                                          \
		return quipu_##kind##_family_clear(family);                                        \
	}                                                                                          \
	inline size_t quipu_family_remove_matching(quipu_##kind##_family family, const char *name, \
						   const char *value)                              \
	{                                                                                          \
		return quipu_##kind##_family_remove_matching(family, name, value);                 \
	}                                                                                          \
	inline void quipu_family_unregister(quipu_##kind##_family family)                          \
	{                                                                                          \
		quipu_##kind##_family_unregister(family);                                          \
	}                                                                                          \
	inline void quipu_release(quipu_##kind handle)                                             \
	{                                                                                          \
		quipu_##kind##_release(handle);                                                    \
	}
QUIPU_PRIV_CXX_KIND(counter)
QUIPU_PRIV_CXX_KIND(float_counter)
QUIPU_PRIV_CXX_KIND(updown)
QUIPU_PRIV_CXX_KIND(gauge)
QUIPU_PRIV_CXX_KIND(histogram)
QUIPU_PRIV_CXX_KIND(stateset)
QUIPU_PRIV_CXX_KIND(summary)
#undef QUIPU_PRIV_CXX_KIND

/* verb(handle[, amount]) */
#define QUIPU_PRIV_CXX_VERB0(verb, kind)                                                           \
	inline void quipu_##verb(quipu_##kind handle)                                              \
	{                                                                                          \
		quipu_##kind##_##verb(handle);                                                     \
	}
#define QUIPU_PRIV_CXX_VERB1(verb, kind, type)                                                     \
	inline void quipu_##verb(quipu_##kind handle, type amount)                                 \
	{                                                                                          \
		quipu_##kind##_##verb(handle, amount);                                             \
	}
QUIPU_PRIV_CXX_VERB0(inc, counter)
QUIPU_PRIV_CXX_VERB0(inc, float_counter)
QUIPU_PRIV_CXX_VERB0(inc, updown)
QUIPU_PRIV_CXX_VERB0(inc, gauge)
QUIPU_PRIV_CXX_VERB0(dec, updown)
QUIPU_PRIV_CXX_VERB0(dec, gauge)
QUIPU_PRIV_CXX_VERB1(add, counter, uint64_t)
QUIPU_PRIV_CXX_VERB1(add, float_counter, double)
QUIPU_PRIV_CXX_VERB1(add, updown, int64_t)
QUIPU_PRIV_CXX_VERB1(add, gauge, double)
QUIPU_PRIV_CXX_VERB1(set, gauge, double)
QUIPU_PRIV_CXX_VERB1(select, stateset, uint32_t)
QUIPU_PRIV_CXX_VERB1(observe, histogram, double)
QUIPU_PRIV_CXX_VERB1(observe_ns, histogram, uint64_t)
QUIPU_PRIV_CXX_VERB1(observe, summary, double)
QUIPU_PRIV_CXX_VERB1(observe_ns, summary, uint64_t)
QUIPU_PRIV_CXX_VERB0(release, counter_grid)
QUIPU_PRIV_CXX_VERB0(release, float_counter_grid)
QUIPU_PRIV_CXX_VERB0(release, updown_grid)
QUIPU_PRIV_CXX_VERB0(release, histogram_grid)
QUIPU_PRIV_CXX_VERB0(release, info)
#undef QUIPU_PRIV_CXX_VERB0
#undef QUIPU_PRIV_CXX_VERB1

/* with an exemplar: verb_exemplar(handle, amount, e), verb_exemplar_at(family, amount, e, …) */
#define QUIPU_PRIV_CXX_EXEMPLAR(verb, kind, type)                                                  \
	inline void quipu_##verb##_exemplar(quipu_##kind handle, type amount,                      \
					    const quipu_exemplar *exemplar)                        \
	{                                                                                          \
		quipu_##kind##_##verb##_exemplar(handle, amount, exemplar);                        \
	}                                                                                          \
	template <typename... Values>                                                              \
	inline void quipu_##verb##_exemplar_at(quipu_##kind##_family family, type amount,          \
					       const quipu_exemplar *exemplar, Values... values)   \
	{                                                                                          \
		const char *list[] = { values... };                                                \
		quipu_##kind##_##verb##_exemplar_at(family, amount, exemplar, list,                \
						    sizeof...(values));                            \
	}
#define QUIPU_PRIV_CXX_WANTED(kind)                                                                \
	inline bool quipu_exemplar_wanted(quipu_##kind handle, double value)                       \
	{                                                                                          \
		return quipu_##kind##_exemplar_wanted(handle, value) != 0;                         \
	}
QUIPU_PRIV_CXX_WANTED(counter)
QUIPU_PRIV_CXX_WANTED(float_counter)
QUIPU_PRIV_CXX_WANTED(histogram)
#undef QUIPU_PRIV_CXX_WANTED
QUIPU_PRIV_CXX_EXEMPLAR(add, counter, uint64_t)
QUIPU_PRIV_CXX_EXEMPLAR(add, float_counter, double)
QUIPU_PRIV_CXX_EXEMPLAR(observe, histogram, double)
#undef QUIPU_PRIV_CXX_EXEMPLAR
template <typename Handle>
inline void quipu_inc_exemplar(Handle handle, const quipu_exemplar *exemplar)
{
	quipu_add_exemplar(handle, 1, exemplar);
}
template <typename Family, typename... Values>
inline void quipu_inc_exemplar_at(Family family, const quipu_exemplar *exemplar, Values... values)
{
	quipu_add_exemplar_at(family, 1, exemplar, values...);
}
inline void quipu_observe_ns_exemplar(quipu_histogram histogram, uint64_t ns,
				      const quipu_exemplar *exemplar)
{
	quipu_histogram_observe_exemplar(histogram, static_cast<double>(ns) / 1e9, exemplar);
}
template <typename... Values>
inline void quipu_observe_ns_exemplar_at(quipu_histogram_family family, uint64_t ns,
					 const quipu_exemplar *exemplar, Values... values)
{
	quipu_observe_exemplar_at(family, static_cast<double>(ns) / 1e9, exemplar, values...);
}

#define QUIPU_PRIV_CXX_READ(kind, type)                                                            \
	inline type quipu_read(quipu_##kind handle)                                                \
	{                                                                                          \
		return quipu_##kind##_read(handle);                                                \
	}
QUIPU_PRIV_CXX_READ(counter, uint64_t)
QUIPU_PRIV_CXX_READ(float_counter, double)
QUIPU_PRIV_CXX_READ(updown, int64_t)
QUIPU_PRIV_CXX_READ(gauge, double)
QUIPU_PRIV_CXX_READ(histogram, quipu_histogram_value)
QUIPU_PRIV_CXX_READ(summary, quipu_histogram_value)
QUIPU_PRIV_CXX_READ(stateset, uint64_t)
#undef QUIPU_PRIV_CXX_READ

/* verb_at(family, amount, values …), verb_at_v, verb_with: name is what the user writes */
#define QUIPU_PRIV_CXX_AT(name, verb, kind, type)                                                  \
	template <typename... Values>                                                              \
	inline void quipu_##name##_at(quipu_##kind##_family family, type amount, Values... values) \
	{                                                                                          \
		const char *list[] = { values... };                                                \
		quipu_##kind##_##verb##_at(family, amount, list, sizeof...(values));               \
	}                                                                                          \
	inline void quipu_##name##_at_v(quipu_##kind##_family family, type amount,                 \
					const quipu_str *values, size_t n)                         \
	{                                                                                          \
		quipu_##kind##_##verb##_at_v(family, amount, values, n);                           \
	}                                                                                          \
	template <typename Set>                                                                    \
	inline void quipu_priv_##name##_with(quipu_##kind##_family family, type amount,            \
					     const char *const *names, const Set &set)             \
	{                                                                                          \
		quipu_##kind##_##verb##_with(family, amount, names,                                \
					     reinterpret_cast<const char *const *>(&set));         \
	}
QUIPU_PRIV_CXX_AT(add, add, counter, uint64_t)
QUIPU_PRIV_CXX_AT(add, add, float_counter, double)
QUIPU_PRIV_CXX_AT(add, add, updown, int64_t)
QUIPU_PRIV_CXX_AT(add, add, gauge, double)
QUIPU_PRIV_CXX_AT(set, set, gauge, double)
QUIPU_PRIV_CXX_AT(select, select, stateset, uint32_t)
QUIPU_PRIV_CXX_AT(observe, observe, histogram, double)
QUIPU_PRIV_CXX_AT(observe, observe, summary, double)
#undef QUIPU_PRIV_CXX_AT

/* inc and dec by label values: add with a fixed amount */
#define QUIPU_PRIV_CXX_STEP(name, kind, step)                                                      \
	template <typename... Values>                                                              \
	inline void quipu_##name##_at(quipu_##kind##_family family, Values... values)              \
	{                                                                                          \
		const char *list[] = { values... };                                                \
		quipu_##kind##_add_at(family, step, list, sizeof...(values));                      \
	}                                                                                          \
	inline void quipu_##name##_at_v(quipu_##kind##_family family, const quipu_str *values,     \
					size_t n)                                                  \
	{                                                                                          \
		quipu_##kind##_add_at_v(family, step, values, n);                                  \
	}                                                                                          \
	template <typename Set>                                                                    \
	inline void quipu_priv_##name##_with(quipu_##kind##_family family,                         \
					     const char *const *names, const Set &set)             \
	{                                                                                          \
		quipu_##kind##_add_with(family, step, names,                                       \
					reinterpret_cast<const char *const *>(&set));              \
	}
QUIPU_PRIV_CXX_STEP(inc, counter, 1)
QUIPU_PRIV_CXX_STEP(inc, float_counter, 1)
QUIPU_PRIV_CXX_STEP(inc, updown, 1)
QUIPU_PRIV_CXX_STEP(inc, gauge, 1)
QUIPU_PRIV_CXX_STEP(dec, updown, -1)
QUIPU_PRIV_CXX_STEP(dec, gauge, -1)
#undef QUIPU_PRIV_CXX_STEP

template <typename... Values>
inline void quipu_observe_ns_at(quipu_histogram_family family, uint64_t ns, Values... values)
{
	quipu_observe_at(family, static_cast<double>(ns) / 1e9, values...);
}
inline void quipu_observe_ns_at_v(quipu_histogram_family family, uint64_t ns,
				  const quipu_str *values, size_t n)
{
	quipu_histogram_observe_at_v(family, static_cast<double>(ns) / 1e9, values, n);
}
template <typename... Values>
inline void quipu_observe_ns_at(quipu_summary_family family, uint64_t ns, Values... values)
{
	quipu_observe_at(family, static_cast<double>(ns) / 1e9, values...);
}
inline void quipu_observe_ns_at_v(quipu_summary_family family, uint64_t ns, const quipu_str *values,
				  size_t n)
{
	quipu_summary_observe_at_v(family, static_cast<double>(ns) / 1e9, values, n);
}

#define QUIPU_PRIV_SET_VALUES(set, ...) set##_names, (__extension__(set){ __VA_ARGS__ })
#define quipu_with(family, set, ...)                                                               \
	quipu_priv_with(family, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_inc_with(family, set, ...)                                                           \
	quipu_priv_inc_with(family, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_dec_with(family, set, ...)                                                           \
	quipu_priv_dec_with(family, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_add_with(family, amount, set, ...)                                                   \
	quipu_priv_add_with(family, amount, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_set_with(family, x, set, ...)                                                        \
	quipu_priv_set_with(family, x, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_select_with(family, i, set, ...)                                                     \
	quipu_priv_select_with(family, i, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))
#define quipu_observe_ns_with(family, ns, set, ...)                                                \
	quipu_observe_with(family, static_cast<double>(static_cast<uint64_t>(ns)) / 1e9, set,      \
			   __VA_ARGS__)
#define quipu_observe_with(family, x, set, ...)                                                    \
	quipu_priv_observe_with(family, x, QUIPU_PRIV_SET_VALUES(set, __VA_ARGS__))

#define QUIPU_PRIV_CXX_GRID(kind)                                                                  \
	template <typename... Index>                                                               \
	inline quipu_##kind quipu_grid_at(quipu_##kind##_grid grid, Index... index)                \
	{                                                                                          \
		const uint32_t list[] = { static_cast<uint32_t>(index)... };                       \
		return quipu_##kind##_grid_at(grid, list, sizeof...(index));                       \
	}
QUIPU_PRIV_CXX_GRID(counter)
QUIPU_PRIV_CXX_GRID(float_counter)
QUIPU_PRIV_CXX_GRID(updown)
QUIPU_PRIV_CXX_GRID(histogram)
#undef QUIPU_PRIV_CXX_GRID

#endif /* __cplusplus */
#endif
