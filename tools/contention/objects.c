/* SPDX-License-Identifier: MIT */
/* objects.c: see objects.h. */
#include "objects.h"

#include "build_id.h"
#include "own_lock.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <unistd.h>

/* An object's place in memory. */
struct module {
	uintptr_t bias, begin, end; /* all 0: what is in no object at all */
	unsigned scan;		    /* the last one that saw it */
};

static struct qc_own_lock own = QC_OWN_LOCK_INIT;

/* All below: under the lock. Objects and modules: same index. */
static struct qc_object *objects;
static struct module *modules;
static size_t n_objects, n_allocated;
static unsigned n_scans;
static bool forks_among_others; /* the process had more threads when it forked last */
static pid_t barred;		/* the thread that may not scan: qc_objects_after_fork_child */

static struct {
	bool known;
	struct qc_frame frames[QC_MAX_FRAMES];
} sites[QC_N_SITES];

void qc_objects_lock(void)
{
	qc_own_lock(&own);
}

void qc_objects_unlock(void)
{
	qc_own_unlock(&own);
}

/* --- objects ------------------------------------------------------------------------------- */

static bool grow(void *array, size_t n, size_t size)
{
	void *old, *grown;

	memcpy(&old, array, sizeof old);
	grown = reallocarray(old, n, size);
	if (grown)
		memcpy(array, &grown, sizeof grown);
	return grown != NULL;
}

static bool have_room(void)
{
	size_t more = n_allocated ? 2 * n_allocated : 32;

	if (n_objects < n_allocated)
		return true;
	if (!grow(&objects, more, sizeof *objects) || !grow(&modules, more, sizeof *modules))
		return false;
	n_allocated = more;
	return true;
}

static bool add(const char *path, const char *build_id, struct module module)
{
	struct qc_object object = { strdup(path), strdup(build_id) };

	if (!object.path || !object.build_id || !have_room()) {
		free((char *)object.path);
		free((char *)object.build_id);
		return false;
	}
	objects[n_objects] = object;
	modules[n_objects++] = module;
	return true;
}

static bool is_live(const struct module *module)
{
	return module->scan == n_scans || module->end == 0;
}

static struct module module_of(const struct dl_phdr_info *info)
{
	struct module module = { info->dlpi_addr, UINTPTR_MAX, 0, n_scans };
	unsigned i;

	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t begin = info->dlpi_addr + part->p_vaddr;

		if (part->p_type != PT_LOAD)
			continue;
		module.begin = begin < module.begin ? begin : module.begin;
		module.end =
			begin + part->p_memsz > module.end ? begin + part->p_memsz : module.end;
	}
	return module;
}

/* The program itself has no name in the linker's list; its first thread, self, may have ended. */
static const char *path_of(const struct dl_phdr_info *info, char *buffer, size_t size)
{
	ssize_t n;

	if (info->dlpi_name[0])
		return info->dlpi_name;
	n = readlink("/proc/thread-self/exe", buffer, size - 1);
	buffer[n > 0 ? n : 0] = 0;
	return buffer;
}

/* A whole scan has not seen it: its sites are retired since. */
static bool is_gone_for_long(const struct module *module)
{
	return module->end != 0 && module->scan + 1 < n_scans;
}

static bool has_name(size_t i, const char *path, const char *build_id)
{
	return strcmp(objects[i].path, path) == 0 && strcmp(objects[i].build_id, build_id) == 0;
}

/* What was there already, or somewhere else before it was closed: programs may open and close the same
 * libraries for ever. NULL: it is new. */
static struct module *find_known(const char *path, const char *build_id,
				 const struct module *module)
{
	struct module *gone = NULL;
	size_t i;

	for (i = 0; i < n_objects; i++) {
		struct module *known = &modules[i];

		if (!has_name(i, path, build_id))
			continue;
		if (known->begin == module->begin && known->end == module->end)
			return known;
		if (is_gone_for_long(known))
			gone = known;
	}
	return gone;
}

static bool see(const char *path, const char *build_id, const struct module *module)
{
	struct module *known = find_known(path, build_id, module);

	if (!known)
		return add(path, build_id, *module);
	*known = *module;
	return true;
}

static int look_at(struct dl_phdr_info *info, size_t size, void *failed)
{
	char buffer[4096], build_id[QC_MAX_BUILD_ID];
	struct module module = module_of(info);
	const char *path = path_of(info, buffer, sizeof buffer);

	(void)size;
	if (module.end == 0)
		return 0;
	qc_build_id_of(info, build_id);
	if (!see(path, build_id, &module))
		*(bool *)failed = true;
	return *(bool *)failed;
}

/* The first object is none: what was made at run time lies there, say. */
static bool scan(void)
{
	bool failed = n_objects == 0 && !add("", "", (struct module){ 0, 0, 0, 0 });

	if (barred && barred == gettid())
		return !failed;
	n_scans++;
	if (!failed)
		dl_iterate_phdr(look_at, &failed);
	return !failed;
}

/* --- sites ----------------------------------------------------------------------------------- */

static struct qc_frame frame_of(uintptr_t back)
{
	uintptr_t call = back - 1; /* a call may be the last of a function that does not return */
	size_t i;

	for (i = 1; i < n_objects; i++) {
		if (is_live(&modules[i]) && call >= modules[i].begin && call < modules[i].end)
			return (struct qc_frame){ (unsigned)i, back - modules[i].bias };
	}
	return (struct qc_frame){ 0, back };
}

static void resolve(unsigned site, const struct qc_place *place)
{
	unsigned i;

	for (i = 0; i < place->trace.n; i++)
		sites[site].frames[i] = frame_of(place->trace.frames[i]);
	sites[site].known = true;
}

static bool is_gone(unsigned site, unsigned n_frames)
{
	unsigned i;

	for (i = 0; i < n_frames; i++) {
		if (!is_live(&modules[sites[site].frames[i].object]))
			return true;
	}
	return false;
}

/* After every scan, so that no object which is gone has a site that is found. */
static void retire_gone(void)
{
	struct qc_place place;
	unsigned i;

	for (i = QC_FIRST_SITE; i < QC_N_SITES; i++) {
		if (sites[i].known && qc_site_read(i, &place) && is_gone(i, place.trace.n))
			qc_site_retire(i);
	}
}

static bool scan_and_retire(void)
{
	if (!scan())
		return false;
	retire_gone();
	return true;
}

bool qc_objects_resolve(void)
{
	struct qc_place place;
	bool scanned = false;
	unsigned i;

	for (i = QC_FIRST_SITE; i < QC_N_SITES; i++) {
		if (sites[i].known || !qc_site_read(i, &place))
			continue;
		if (!scanned && !scan_and_retire())
			return false;
		scanned = true;
		resolve(i, &place);
	}
	return true;
}

const struct qc_frame *qc_objects_frames(unsigned site)
{
	return sites[site].known ? sites[site].frames : NULL;
}

void qc_objects_retire(void)
{
	if (n_objects > 0)
		scan_and_retire();
}

const struct qc_object *qc_objects_all(size_t *n)
{
	*n = n_objects;
	return objects;
}

/* --- fork ------------------------------------------------------------------------------------ */

void qc_objects_before_fork(void)
{
	qc_objects_lock();
	forks_among_others = !__libc_single_threaded;
	if (forks_among_others && n_objects == 0)
		scan();
}

/* The C library's list of objects stays locked in the child where another thread was about to change
 * it. So the child's first thread makes do with what was seen before; the reporter, for which nobody
 * waits for ever, may look. */
void qc_objects_after_fork_child(void)
{
	if (forks_among_others || barred)
		barred = gettid();
}

void qc_objects_after_fork(void)
{
	qc_objects_unlock();
}
