/* SPDX-License-Identifier: MIT */
/* out_test.c: the byte buffer: growing, consuming, and remembering that memory ran out. */
#include "out.h"

#include "support/seeded.h"

#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

static void expect_bytes(const quipu_out *out, const char *text)
{
	cr_assert_eq(qp_out_len(out), strlen(text));
	cr_assert_eq(memcmp(qp_out_data(out), text, strlen(text)), 0);
}

Test(out, begins_empty)
{
	quipu_out out;

	qp_out_init(&out);
	expect_bytes(&out, "");
	cr_expect_not(qp_out_failed(&out));
	qp_out_consume(&out, 5);
	quipu_out_write(&out, NULL, 0);
	expect_bytes(&out, "");
	qp_out_free(&out);
}

Test(out, writes_and_commits)
{
	quipu_out out;
	char *place;

	qp_out_init(&out);
	quipu_out_write(&out, "one ", 4);
	place = quipu_out_reserve(&out, 100);
	cr_assert_not_null(place);
	memcpy(place, "two unused", 10);
	quipu_out_commit(&out, 3);
	quipu_out_write(&out, " three", 6);
	expect_bytes(&out, "one two three");
	qp_out_free(&out);
}

Test(out, consumes_from_the_front)
{
	quipu_out out;

	qp_out_init(&out);
	quipu_out_write(&out, "abcdef", 6);
	qp_out_consume(&out, 2);
	expect_bytes(&out, "cdef");
	quipu_out_write(&out, "gh", 2);
	expect_bytes(&out, "cdefgh");
	qp_out_consume(&out, 100);
	expect_bytes(&out, "");
	quipu_out_write(&out, "i", 1);
	expect_bytes(&out, "i");
	qp_out_free(&out);
}

Test(out, clear_forgets_bytes_and_failure)
{
	quipu_out out;

	qp_out_init(&out);
	quipu_out_write(&out, "abc", 3);
	cr_expect_null(quipu_out_reserve(&out, SIZE_MAX));
	qp_out_clear(&out);
	cr_expect_not(qp_out_failed(&out));
	quipu_out_write(&out, "d", 1);
	expect_bytes(&out, "d");
	qp_out_free(&out);
}

/* A size that cannot be had stands in for memory running out. */
static const size_t too_much[] = { SIZE_MAX, SIZE_MAX - 5, SIZE_MAX / 2, SIZE_MAX / 4 };

Test(out, failure_sticks)
{
	for (size_t i = 0; i < sizeof(too_much) / sizeof(too_much[0]); i++) {
		quipu_out out;

		qp_out_init(&out);
		quipu_out_write(&out, "kept", 4);
		cr_expect_null(quipu_out_reserve(&out, too_much[i]));
		cr_expect(qp_out_failed(&out));
		quipu_out_write(&out, "lost", 4);
		cr_expect_null(quipu_out_reserve(&out, 1));
		quipu_out_commit(&out, 1);
		expect_bytes(&out, "kept");
		cr_expect(qp_out_failed(&out));
		qp_out_free(&out);
	}
}

/* A scrape that hands pieces on must not keep what was handed on. */
Test(out, memory_stays_bounded_while_consumed)
{
	char piece[1000];
	quipu_out out;

	memset(piece, 'p', sizeof(piece));
	qp_out_init(&out);
	for (int i = 0; i < 10000; i++) {
		quipu_out_write(&out, piece, sizeof(piece));
		if (qp_out_len(&out) > 5000)
			qp_out_consume(&out, 4999);
	}
	cr_expect_leq(out.capacity, 32768);
	qp_out_free(&out);
}

/* Writing, reserving and consuming at random give back the bytes in order. */
Test(out, same_bytes_as_a_counter)
{
	struct seeded random = seeded_new("out");
	uint8_t written = 0, read = 0;
	quipu_out out;

	qp_out_init(&out);
	for (int i = 0; i < 20000; i++) {
		size_t len = seeded_below(&random, i % 100 == 0 ? 20000 : 50);
		char *place = quipu_out_reserve(&out, len + seeded_below(&random, 9));

		cr_assert_not_null(place);
		for (size_t k = 0; k < len; k++)
			place[k] = (char)written++;
		quipu_out_commit(&out, len);
		len = seeded_below(&random, qp_out_len(&out) + 1);
		for (size_t k = 0; k < len; k++)
			cr_assert_eq((uint8_t)qp_out_data(&out)[k], read++);
		qp_out_consume(&out, len);
	}
	cr_assert_eq((uint8_t)(written - read), (uint8_t)qp_out_len(&out));
	qp_out_free(&out);
}

/* --- holding ------------------------------------------------------------------------------- */

Test(out, what_is_held_is_not_there_yet)
{
	quipu_out out;
	size_t len;

	qp_out_init(&out);
	quipu_out_write(&out, "abc", 3);
	qp_out_hold(&out);
	quipu_out_write(&out, "defgh", 5);
	expect_bytes(&out, "abc");
	qp_out_consume(&out, 100);
	expect_bytes(&out, "");
	qp_out_held(&out, &len)[0] = 'D';
	cr_expect_eq(len, 5);
	qp_out_release(&out, 4);
	expect_bytes(&out, "Defg");
	qp_out_hold(&out);
	quipu_out_write(&out, "lost", 4);
	qp_out_release(&out, 0);
	expect_bytes(&out, "Defg");
	qp_out_hold(&out);
	qp_out_clear(&out);
	quipu_out_write(&out, "i", 1);
	expect_bytes(&out, "i");
	qp_out_free(&out);
}

/* The held bytes move when the buffer grows, and when what was consumed makes room. */
Test(out, held_bytes_come_out_in_order)
{
	struct seeded random = seeded_new("out held");
	uint8_t written = 0, read = 0;
	quipu_out out;
	size_t held;

	qp_out_init(&out);
	for (int i = 0; i < 5000; i++) {
		qp_out_hold(&out);
		for (uint64_t n = seeded_below(&random, 20); n-- > 0;) {
			char piece[200];
			size_t len = seeded_below(&random, sizeof(piece) + 1);

			for (size_t k = 0; k < len; k++)
				piece[k] = (char)written++;
			quipu_out_write(&out, piece, len);
			len = seeded_below(&random, qp_out_len(&out) + 1);
			for (size_t k = 0; k < len; k++)
				cr_assert_eq((uint8_t)qp_out_data(&out)[k], read++);
			qp_out_consume(&out, len);
		}
		qp_out_held(&out, &held);
		qp_out_release(&out, held);
	}
	cr_assert_eq((uint8_t)(written - read), (uint8_t)qp_out_len(&out));
	cr_expect_leq(out.capacity, 65536);
	qp_out_free(&out);
}
