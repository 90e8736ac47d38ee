/* SPDX-License-Identifier: MIT */
/*
 * counted.c: counts and passes on. Preloaded behind libquipu-contend.so it is what that library's
 * hooks find as the C library; and what it finds itself, as everyone does, where it calls malloc
 * or reads a clock.
 */
#include "counted.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static __thread struct counted counted __attribute__((tls_model("initial-exec")));

counted_now counted_read;

struct counted counted_read(void)
{
	return counted;
}

/* --- what allocates: the C library's own names, as a look-up might allocate ------------------- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
	counted.allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	counted.allocations++;
	return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
	counted.allocations++;
	return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	counted.allocations++;
	return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = aligned_alloc(alignment, size);
	return *memory ? 0 : 12;
}

/* --- the rest ------------------------------------------------------------------------------------ */

#define PASS(result, name, parameters, arguments, counter)                                         \
	static result(*real_##name) parameters;                                                    \
	result name parameters                                                                     \
	{                                                                                          \
		counted.counter++;                                                                 \
		if (!real_##name)                                                                  \
			find(&real_##name, #name);                                                 \
		return real_##name arguments;                                                      \
	}

/* Objects and functions have pointers of one size here. */
static void find(void *pointer, const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	memcpy(pointer, &function, sizeof function);
}

PASS(int, pthread_mutex_lock, (pthread_mutex_t * lock), (lock), waiting)
PASS(int, pthread_mutex_trylock, (pthread_mutex_t * lock), (lock), tries)
PASS(int, pthread_mutex_unlock, (pthread_mutex_t * lock), (lock), gives)
PASS(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock), waiting)
PASS(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock), waiting)
PASS(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock), tries)
PASS(int, pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock), tries)
PASS(int, pthread_rwlock_unlock, (pthread_rwlock_t * lock), (lock), gives)
PASS(int, pthread_spin_lock, (pthread_spinlock_t * lock), (lock), waiting)
PASS(int, pthread_spin_trylock, (pthread_spinlock_t * lock), (lock), tries)
PASS(int, pthread_spin_unlock, (pthread_spinlock_t * lock), (lock), gives)
PASS(int, sem_wait, (sem_t * sem), (sem), waiting)
PASS(int, sem_trywait, (sem_t * sem), (sem), tries)
PASS(int, sem_post, (sem_t * sem), (sem), gives)
PASS(int, clock_gettime, (clockid_t clock, struct timespec *now), (clock, now), clocks)
PASS(void *, mmap, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset), mappings)
