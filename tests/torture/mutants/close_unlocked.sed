# SPDX-License-Identifier: MIT
# core/retire.c: a snapshot is closed without the lock.
/^void qp_snapshot_mark_close/,/^}/{
	/qp_lock(/d
	/qp_unlock(/d
}
