// SPDX-License-Identifier: MIT
// truth_cxx.cpp: the C++ library's locks, each waited for a known time (truth.c).
#include "turns.h"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <shared_mutex>

namespace {

const std::chrono::hours far(1);
const std::chrono::milliseconds soon(50);

std::mutex plain;
std::recursive_mutex recursive;
std::timed_mutex timed;
std::shared_mutex shared;
std::shared_timed_mutex shared_timed;
std::condition_variable cond;
bool is_ready;

template <typename Mutex, Mutex &mutex> void hold()
{
	mutex.lock();
}

template <typename Mutex, Mutex &mutex> void release()
{
	mutex.unlock();
}

void signal_cond()
{
	const std::lock_guard<std::mutex> guard(plain);

	is_ready = true;
	cond.notify_one();
}

} // namespace

// Names that a report shows as they are written here.
extern "C" {

#define WAIT(name, call, after)                                                                    \
	static __attribute__((noinline)) void name(struct turn *turn)                              \
	{                                                                                          \
		TURN_BEGIN(turn);                                                                  \
		turn->line = __LINE__;                                                             \
		call;                                                                              \
		TURN_END(turn);                                                                    \
		after;                                                                             \
	}

WAIT(mutex_lock, plain.lock(), plain.unlock())
WAIT(mutex_guard, std::unique_lock<std::mutex> lock(plain), lock.unlock())
WAIT(recursive_lock, recursive.lock(), recursive.unlock())
WAIT(timed_lock, timed.lock(), timed.unlock())
WAIT(timed_try_for, TURNS_EXPECT(timed.try_lock_for(far)), timed.unlock())
WAIT(timed_try_until, TURNS_EXPECT(timed.try_lock_until(std::chrono::system_clock::now() + far)),
     timed.unlock())
WAIT(shared_lock, shared.lock(), shared.unlock())
WAIT(shared_lock_shared, shared.lock_shared(), shared.unlock_shared())
WAIT(shared_timed_try_for, TURNS_EXPECT(shared_timed.try_lock_for(far)), shared_timed.unlock())
WAIT(shared_timed_try_shared, TURNS_EXPECT(shared_timed.try_lock_shared_for(far)),
     shared_timed.unlock_shared())

static __attribute__((noinline)) void timed_times_out(struct turn *turn)
{
	turn->until = turns_now() + 50000000;
	TURN_BEGIN(turn);
	TURNS_EXPECT(!timed.try_lock_for(soon));
	TURN_END(turn);
}

static __attribute__((noinline)) void cond_wait(struct turn *turn)
{
	std::unique_lock<std::mutex> lock(plain);

	TURN_BEGIN(turn);
	while (!is_ready) {
		turn->line = __LINE__ + 1;
		cond.wait(lock);
		TURN_END(turn);
	}
	is_ready = false;
}

static __attribute__((noinline)) void cond_wait_for(struct turn *turn)
{
	std::unique_lock<std::mutex> lock(plain);

	TURN_BEGIN(turn);
	while (!is_ready) {
		turn->line = __LINE__ + 1;
		cond.wait_for(lock, far);
		TURN_END(turn);
	}
	is_ready = false;
}
} // extern "C"

#define SCENE(name, kind, type, mutex)                                                             \
	{ #name, kind, hold<type, mutex>, name, release<type, mutex>, false, false, nullptr }

static const struct scene scenes[] = {
	SCENE(mutex_lock, "mutex", std::mutex, plain),
	SCENE(mutex_guard, "mutex", std::mutex, plain),
	SCENE(recursive_lock, "mutex", std::recursive_mutex, recursive),
	SCENE(timed_lock, "mutex", std::timed_mutex, timed),
	SCENE(timed_try_for, "mutex", std::timed_mutex, timed),
	SCENE(timed_try_until, "mutex", std::timed_mutex, timed),
	SCENE(shared_lock, "wrlock", std::shared_mutex, shared),
	SCENE(shared_lock_shared, "rdlock", std::shared_mutex, shared),
	SCENE(shared_timed_try_for, "wrlock", std::shared_timed_mutex, shared_timed),
	SCENE(shared_timed_try_shared, "rdlock", std::shared_timed_mutex, shared_timed),
	{ "timed_times_out", "mutex", hold<std::timed_mutex, timed>, timed_times_out,
	  release<std::timed_mutex, timed>, false, true, nullptr },
	{ "cond_wait", "cond", nullptr, cond_wait, signal_cond, false, false, nullptr },
	{ "cond_wait_for", "cond", nullptr, cond_wait_for, signal_cond, false, false, nullptr },
};

int main(int argc, char **argv)
{
	const auto times = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 3;
	const auto milliseconds = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 20;

	turns_play(scenes, sizeof(scenes) / sizeof(scenes[0]), times, milliseconds);
	return 0;
}
