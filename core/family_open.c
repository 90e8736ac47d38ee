/* SPDX-License-Identifier: MIT */
/* family_open.c: making a family from outside: library, lock, errors. See family.h. */
#include "family.h"

#include "base/lock.h"
#include "registry.h"

struct qp_family_ref qp_family_open(quipu_registry *registry, const struct qp_family_spec *spec)
{
	struct qp_family_ref ref = { NULL, 0 };
	struct qp_family *family = NULL;
	struct qp_where where;
	quipu_error error;

	if (!registry || !qp_library_init())
		return ref;
	qp_lock(&qp_catalog_lock);
	error = qp_family_new(registry, spec, &family, &where);
	if (!error)
		ref = (struct qp_family_ref){ family->cell, family->generation };
	qp_unlock(&qp_catalog_lock);
	if (error)
		qp_registry_note(registry, error, &where);
	return ref;
}
