/* SPDX-License-Identifier: MIT */
/*
 * register.c: bytes are a small program: registrations of every kind, good and bad, records,
 * removals, collectors, scrapes in every format. Nothing crashes, and every exposition that comes
 * out is right (served.h).
 */
#include "served.h"
#include "kinds.h"

#include <sched.h>

#define N_SLOTS 8
#define N_COLLECTORS 2
#define MOST_STEPS 60
#define N_FORMATS 7 /* quipu_formats */
#define PROTOBUF 5  /* among them */

struct program {
	struct bytes bytes;
	quipu_registry *registry;
	struct handle handles[N_SLOTS];
	struct family families[N_SLOTS];
	struct bytes collectors[N_COLLECTORS]; /* what they make families of */
	size_t n_collectors;
};

/* --- making ---------------------------------------------------------------------------------- */

static quipu_opts take_useful(struct texts *texts, struct bytes *bytes, enum kind kind, bool family)
{
	quipu_opts opts = take_options(texts, bytes);

	if (take(bytes) & 15)
		keep_useful(&opts, use_of(kind), family, false);
	return opts;
}

static void make_single(struct program *program)
{
	struct handle *handle = &program->handles[take_below(&program->bytes, N_SLOTS)];
	struct texts texts = { .n = 0 };
	enum kind kind = (enum kind)take_below(&program->bytes, N_KINDS);
	quipu_opts opts = take_useful(&texts, &program->bytes, kind, false);

	release(handle);
	*handle = new_single(program->registry, kind, &opts);
}

static void make_family(struct program *program)
{
	struct family *family = &program->families[take_below(&program->bytes, N_SLOTS)];
	struct texts texts = { .n = 0 };
	enum kind kind = (enum kind)take_below(&program->bytes, N_KINDS);
	quipu_opts opts = take_useful(&texts, &program->bytes, kind, true);

	*family = new_family(program->registry, kind, &opts);
}

static void make_info(struct program *program)
{
	struct texts texts = { .n = 0 }, labels = { .n = 0 };
	size_t n = take_pairs(&labels, &program->bytes, 3);
	quipu_opts opts = take_options(&texts, &program->bytes);

	keep_useful(&opts, USE_PLAIN, false, false);
	opts.exemplars = 0;
	quipu_info_release(quipu_info_new(program->registry, &opts, labels.pairs, n));
}

static void make_grid(struct program *program)
{
	struct texts texts = { .n = 0 };
	quipu_opts opts = take_options(&texts, &program->bytes);

	keep_useful(&opts, USE_HISTOGRAM, false, true);
	if (take(&program->bytes) & 1) {
		quipu_histogram_grid grid = quipu_histogram_grid_new(program->registry, &opts);

		quipu_observe(quipu_grid_at(grid, 0, 1), 0.5);
		quipu_release(grid);
	} else {
		quipu_counter_grid grid;

		keep_useful(&opts, USE_PLAIN, false, true);
		grid = quipu_counter_grid_new(program->registry, &opts);
		quipu_inc(quipu_grid_at(grid, 1));
		quipu_release(grid);
	}
}

/* --- families -------------------------------------------------------------------------------- */

/* A handle of any label values, kept or not, recorded into. */
static void use_series(struct program *program)
{
	struct bytes *bytes = &program->bytes;
	const struct family *family = &program->families[take_below(bytes, N_SLOTS)];
	unsigned slot = take_below(bytes, N_SLOTS + 8), n = take_below(bytes, 4), i;
	struct handle one = { 0 }, *handle = slot < N_SLOTS ? &program->handles[slot] : &one;
	struct texts texts = { .n = 0 };
	quipu_str values[3];

	for (i = 0; i < n; i++)
		values[i] = take_value(&texts, bytes);
	release(handle);
	*handle = series_at(family, values, n);
	record(handle, bytes);
	release(&one);
}

static void remove_some(struct program *program)
{
	struct bytes *bytes = &program->bytes;
	const struct family *family = &program->families[take_below(bytes, N_SLOTS)];
	unsigned how = take_below(bytes, HOW_BY_NAME + 1);
	struct texts texts = { .n = 0 };
	const char *name = take_name(&texts, bytes), *value = take_value(&texts, bytes).data;

	if (how == HOW_BY_NAME)
		quipu_registry_unregister(program->registry, name);
	else
		remove_from(family, (enum how)how, name, value);
}

/* --- collectors ----------------------------------------------------------------------------- */

static void emit_sample(quipu_emitter *emitter, struct texts *texts, struct bytes *bytes,
			const quipu_opts *opts)
{
	static const uint64_t counts[16] = { 1, 0, 2, 3 };
	const char *values[QUIPU_MAX_LABELS + 1];
	unsigned how = take_below(bytes, 3);

	for (size_t i = 0; i <= QUIPU_MAX_LABELS; i++)
		values[i] = opts->labels && i < 3 ? take_value(texts, bytes).data : "v";
	if (how == 0)
		quipu_emit_value(emitter, take_number(bytes), values);
	else if (how == 1)
		quipu_emit_integer(emitter, take(bytes), values);
	else
		quipu_emit_histogram(emitter, counts, take_number(bytes), values);
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	struct bytes bytes = *(const struct bytes *)ctx;

	for (int i = 0; i < 3 && left(&bytes) > 0; i++) {
		quipu_kind kind = (quipu_kind)take_below(&bytes, QUIPU_KIND_SUMMARY + 2);
		struct texts texts = { .n = 0 };
		quipu_opts opts = take_options(&texts, &bytes);

		keep_useful(&opts, kind == QUIPU_KIND_HISTOGRAM ? USE_HISTOGRAM : USE_PLAIN,
			    take(&bytes) & 1, false);
		opts.native_factor = 0;
		opts.exemplars = 0;
		quipu_emit_family(emitter, kind, &opts);
		for (unsigned n = take_below(&bytes, 4); n > 0; n--)
			emit_sample(emitter, &texts, &bytes, &opts);
	}
}

static void make_collector(struct program *program)
{
	size_t n = take(&program->bytes);
	struct bytes *own;

	if (program->n_collectors == N_COLLECTORS)
		return;
	own = &program->collectors[program->n_collectors++];
	n = n < left(&program->bytes) ? n : left(&program->bytes);
	*own = (struct bytes){ program->bytes.at, program->bytes.at + n };
	program->bytes.at += n;
	quipu_collector_add(program->registry, collect, own);
}

/* --- scraping -------------------------------------------------------------------------------- */

static struct body scrape(struct program *program, const quipu_format *format,
			  const quipu_scrape_opts *opts, size_t piece)
{
	quipu_scrape *scrape = quipu_scrape_open(program->registry, format, opts, NULL);
	struct body body = { malloc(piece + 1), 0 };
	quipu_error error;
	size_t len;

	demand(scrape && body.data, "no scrape");
	while ((error = quipu_scrape_read(scrape, body.data + body.len, piece, &len)) !=
	       QUIPU_END) {
		demand(error == QUIPU_OK || error == QUIPU_EAGAIN, "a scrape that fails");
		body.len += error == QUIPU_OK ? len : 0;
		if (error == QUIPU_EAGAIN)
			sched_yield();
		body.data = realloc(body.data, body.len + piece + 1);
		demand(body.data, "memory is out");
	}
	quipu_scrape_close(scrape);
	body.data[body.len] = '\0';
	return body;
}

static void scrape_some(struct program *program)
{
	struct bytes *bytes = &program->bytes;
	struct texts texts = { .n = 0 };
	const quipu_format *format = quipu_formats()[take_below(bytes, N_FORMATS)];
	quipu_escaping escaping = (quipu_escaping)take_below(bytes, 4);
	const char *names[2];
	quipu_scrape_opts opts = { .size = sizeof(opts), .escaping = escaping, .names = names };
	struct body body;

	names[0] = take_name(&texts, bytes);
	names[1] = take_name(&texts, bytes);
	opts.created = take(bytes) & 1;
	opts.n_names = take_below(bytes, 3);
	body = scrape(program, format, &opts, 1 + take(bytes) * 8U);
	check_exposition(format, escaping, &body);
	free(body.data);
}

/* Protobuf leaves out families without series, as its readers want it. */
static size_t n_without_series(const struct body *json)
{
	static const char mark[] = "\"series\":[]";
	size_t n = 0;

	for (const char *at = strstr(json->data, mark); at; at = strstr(at + 1, mark))
		n++;
	return n;
}

/* Does this format say the same as the one before it in the list? */
static bool is_twin(const quipu_format *format, quipu_escaping escaping)
{
	return format == &quipu_format_openmetrics_0 ||
	       (format == &quipu_format_text_utf8 && escaping != QUIPU_ESCAPE_NONE);
}

/* Every format, one after the other: as many families in each, and what says the same does so in
 * the same bytes. */
static void scrape_all(struct program *program, quipu_escaping escaping)
{
	struct body bodies[N_FORMATS] = { { 0 } };
	size_t n[N_FORMATS], i;

	demand(!quipu_formats()[N_FORMATS] && quipu_formats()[PROTOBUF] == &quipu_format_protobuf,
	       "formats that the harness does not know");
	for (i = 0; i < N_FORMATS; i++) {
		const quipu_format *format = quipu_formats()[i];

		bodies[i] = scrape(program, format, QUIPU_SCRAPE_OPTS(.escaping = escaping), 65536);
		n[i] = check_exposition(format, escaping, &bodies[i]);
		if (format == &quipu_format_json)
			n[PROTOBUF] += n_without_series(&bodies[i]);
		demand(!is_twin(format, escaping) || same_body(&bodies[i], &bodies[i - 1]),
		       "what says the same has other bytes");
	}
	for (i = 0; i < N_FORMATS; i++) {
		demand(n[i] == n[0], "formats have not the same families");
		free(bodies[i].data);
	}
}

/* --- the program ----------------------------------------------------------------------------- */

static void step(struct program *program)
{
	struct bytes *bytes = &program->bytes;

	switch (take_below(bytes, 14)) {
	case 0:
		scrape_some(program);
		break;
	case 1:
		make_collector(program);
		break;
	case 2:
		make_info(program);
		break;
	case 3:
		make_grid(program);
		break;
	case 4:
		remove_some(program);
		break;
	case 5:
	case 6:
		make_single(program);
		break;
	case 7:
	case 8:
		make_family(program);
		break;
	case 9:
		record_exemplar(&program->handles[take_below(bytes, N_SLOTS)], bytes);
		break;
	case 10:
		record(&program->handles[take_below(bytes, N_SLOTS)], bytes);
		break;
	default:
		use_series(program);
	}
}

static quipu_registry *take_registry(struct bytes *bytes)
{
	struct texts texts = { .n = 0 };
	size_t n = take_pairs(&texts, bytes, 2);
	const char *prefix = take(bytes) & 1 ? take_name(&texts, bytes) : NULL;

	return quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = prefix, .const_labels = texts.pairs,
						      .n_const_labels = n, .max_series = 20));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program program = { .bytes = { data, data + size } };
	quipu_escaping escaping = (quipu_escaping)take_below(&program.bytes, 4);
	int i;

	program.registry = take_registry(&program.bytes);
	demand(program.registry, "no registry");
	for (i = 0; i < MOST_STEPS && left(&program.bytes) > 0; i++)
		step(&program);
	scrape_all(&program, escaping);
	for (i = 0; i < N_SLOTS; i++)
		release(&program.handles[i]);
	quipu_registry_free(program.registry);
	return 0;
}
