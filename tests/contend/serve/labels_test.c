/* SPDX-License-Identifier: MIT */
/* labels_test.c: what a place is called. */
#include "made_up.h"

#include "serve/labels.h"
#include "serve/namer.h"

#include <criterion/criterion.h>
#include <string.h>

static struct qc_namer namer;

static void begin(void)
{
	cr_assert(qc_namer_open(&namer));
}

static void end(void)
{
	qc_namer_close(&namer);
}

TestSuite(labels, .init = begin, .fini = end);

static struct qc_location at(const char *path, uint64_t offset)
{
	return (struct qc_location){ .kind = QC_WRLOCK,
				     .n_frames = 1,
				     .frames = { { path, "", offset } } };
}

static void expect_labels(const struct qc_location *location, const char *site,
			  const char *function, const char *object, const char *lock)
{
	struct qc_labels labels;

	cr_assert(qc_labels_of(location, &namer, &labels));
	cr_expect_eq(labels.kind, location->kind);
	cr_expect_str_eq(labels.site, site);
	cr_expect_str_eq(labels.function, function);
	cr_expect_str_eq(labels.object, object);
	cr_expect_str_eq(labels.lock, lock);
	qc_labels_free(&labels);
}

Test(labels, file_and_line)
{
	struct qc_location location = at("/usr/lib/libx.so.1", 16 * 123);

	expect_labels(&location, "work.c:123", "work", "libx.so.1", "");
	location.lock = "cache";
	expect_labels(&location, "work.c:123", "work", "libx.so.1", "cache");
}

Test(labels, without_a_name_the_offset)
{
	struct qc_location location = at("/usr/lib/libx.so.1", MADE_UP_NAMELESS + 0x199);

	expect_labels(&location, "libx.so.1+0x100199", "", "libx.so.1", "");
	location = at("", MADE_UP_NAMELESS);
	expect_labels(&location, "?+0x100000", "", "?", "");
}

Test(labels, who_waits_is_who_called_the_wrapper)
{
	struct qc_location location = at("/bin/x", 16 * 7 + 15);

	expect_labels(&location, "work.c:7", "work", "x", "");
}

static const struct qc_location_frame way = { "/lib/way.so", "", MADE_UP_WAY },
				      nameless = { "/bin/x", "", MADE_UP_NAMELESS },
				      named = { "/bin/x", "", 16 * 7 };

/* The next frame, named or not, only where the one before is but a way to the lock. */
Test(labels, frames_one_after_the_other)
{
	struct qc_location location = { .kind = QC_MUTEX, .n_frames = 3 };

	memcpy(location.frames, (struct qc_location_frame[]){ way, way, named }, 3 * sizeof way);
	expect_labels(&location, "work.c:7", "work", "x", "");
	memcpy(location.frames, (struct qc_location_frame[]){ way, nameless, named },
	       3 * sizeof way);
	expect_labels(&location, "x+0x100000", "", "x", "");
	memcpy(location.frames, (struct qc_location_frame[]){ nameless, named, named },
	       3 * sizeof way);
	expect_labels(&location, "x+0x100000", "", "x", "");
	memcpy(location.frames, (struct qc_location_frame[]){ way, way, way }, 3 * sizeof way);
	expect_labels(&location, "mutex:100", "std::mutex::lock()", "way.so", "");
}

Test(labels, any_bytes_become_utf8_and_no_label_is_endless)
{
	char path[5000] = "/bin/\xff\xc3(\xed\xa0\x80 \xe2\x82\xac";
	struct qc_location location = at(path, MADE_UP_NAMELESS);
	struct qc_labels labels;

	expect_labels(&location,
		      "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xe2\x82\xac"
		      "+0x100000",
		      "",
		      "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xe2\x82\xac",
		      "");
	memset(path, '\xe9', sizeof path - 1);
	cr_assert(qc_labels_of(&location, &namer, &labels));
	cr_expect_lt(strlen(labels.object), 300);
	cr_expect_lt(strlen(labels.site), 300);
	qc_labels_free(&labels);
}
