/* SPDX-License-Identifier: MIT */
/* build_id.h: the build-id of an object that is mapped. */
#ifndef QC_BUILD_ID_H
#define QC_BUILD_ID_H

#include <link.h>

#define QC_MAX_BUILD_ID (2 * 32 + 1) /* hexadecimal; GNU ld writes 20 bytes, others up to 32 */

/* "" where it has none. */
void qc_build_id_of(const struct dl_phdr_info *info, char id[QC_MAX_BUILD_ID]);

#endif
