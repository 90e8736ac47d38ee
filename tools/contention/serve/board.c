/* SPDX-License-Identifier: MIT */
/* board.c: see board.h. */
#include "board.h"

#include <stdlib.h>

#define LEAST_ROOM 32
#define REASON 2 /* so many times as long as the one whose series it takes */

void qc_board_free(struct qc_board *board)
{
	size_t i;

	for (i = 0; i < board->n_groups; i++) {
		qc_labels_free(&board->groups[i]->labels);
		free(board->groups[i]);
	}
	free(board->groups);
}

static bool make_room(struct qc_board *board)
{
	size_t room = board->room ? 2 * board->room : LEAST_ROOM;
	struct qc_group **groups;

	if (board->n_groups < board->room)
		return true;
	groups = realloc(board->groups, room * sizeof groups[0]);
	if (!groups)
		return false;
	board->groups = groups;
	board->room = room;
	return true;
}

static struct qc_group *find(const struct qc_board *board, const struct qc_labels *labels)
{
	size_t i;

	for (i = 0; i < board->n_groups; i++) {
		if (qc_labels_equal(&board->groups[i]->labels, labels))
			return board->groups[i];
	}
	return NULL;
}

static struct qc_group *add(struct qc_board *board, const struct qc_labels *labels)
{
	struct qc_group *group = make_room(board) ? calloc(1, sizeof *group) : NULL;

	if (!group)
		return NULL;
	group->labels = *labels;
	board->groups[board->n_groups++] = group;
	return group;
}

struct qc_group *qc_board_group(struct qc_board *board, const struct qc_labels *labels)
{
	struct qc_group *group = find(board, labels);
	struct qc_labels spare = *labels;

	if (!group)
		return add(board, labels);
	qc_labels_free(&spare);
	return group;
}

/* --- who is shown -------------------------------------------------------------------------- */

struct contest {
	struct qc_group *best;	/* of those that are not shown; NULL: all are */
	struct qc_group *least; /* of those that are; NULL: none is */
	size_t n_shown;
};

static void look_at(struct contest *contest, struct qc_group *group)
{
	if (!group->shown) {
		if (!contest->best || group->ns > contest->best->ns)
			contest->best = group;
		return;
	}
	contest->n_shown++;
	if (!contest->least || group->ns < contest->least->ns)
		contest->least = group;
}

static struct contest look(const struct qc_board *board, bool idle)
{
	struct contest contest = { 0 };
	size_t i;

	for (i = 0; i < board->n_groups; i++) {
		if (qc_kind_is_idle(board->groups[i]->labels.kind) == idle)
			look_at(&contest, board->groups[i]);
	}
	return contest;
}

/* Whether the best of those that are not shown is to be. */
static bool is_due(const struct contest *contest, size_t top)
{
	if (!contest->best || top == 0)
		return false;
	return contest->n_shown < top || contest->best->ns > REASON * contest->least->ns;
}

/* Each exchange at least doubles what is shown in that place, so there are few. */
static void choose(const struct qc_board *board, bool idle)
{
	struct contest contest = look(board, idle);

	while (contest.n_shown > board->top || is_due(&contest, board->top)) {
		if (contest.n_shown >= board->top)
			contest.least->shown = false;
		if (contest.n_shown <= board->top)
			contest.best->shown = true;
		contest = look(board, idle);
	}
}

void qc_board_choose(struct qc_board *board)
{
	choose(board, false);
	choose(board, true);
}
