/* SPDX-License-Identifier: MIT */
/*
 * closes.c: a library waits and is closed; another is mapped where it was, and waits; and so on.
 *
 *   contend_closes A.so B.so
 */
#include "known.h"

#include <dlfcn.h>

#define ROUNDS 20

struct owner {
	void *library;
	void (*hold)(void);
	void (*wait)(struct known *known);
};

static struct owner load(const char *path)
{
	struct owner owner = { .library = dlopen(path, RTLD_NOW | RTLD_LOCAL) };

	if (!owner.library)
		known_fail(dlerror());
	*(void **)&owner.hold = dlsym(owner.library, "owner_hold");
	*(void **)&owner.wait = dlsym(owner.library, "owner_wait");
	KNOWN_EXPECT(owner.hold && owner.wait);
	owner.hold();
	return owner;
}

static void *wait_and_close(const char *path, struct known *known, int times)
{
	struct owner owner = load(path);
	void *at = *(void **)&owner.wait;

	while (times--)
		owner.wait(known);
	KNOWN_EXPECT(!dlclose(owner.library));
	return at;
}

int main(int argc, char **argv)
{
	struct known a = { 0 }, b = { 0 };
	void *at_a, *at_b;
	int round;

	KNOWN_EXPECT(argc == 3);
	at_a = wait_and_close(argv[1], &a, 3);
	at_b = wait_and_close(argv[2], &b, 5);
	wait_and_close(argv[1], &a, 2);
	for (round = 0; round < ROUNDS; round++) {
		wait_and_close(argv[1], &a, 1);
		wait_and_close(argv[2], &b, 1);
	}
	known_print("owner_a_waits", &a);
	known_print("owner_b_waits", &b);
	printf("%s\n", at_a == at_b ? "mapped at the same place" : "mapped elsewhere");
	return 0;
}
