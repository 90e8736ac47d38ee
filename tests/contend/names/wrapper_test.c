/* SPDX-License-Identifier: MIT */
/* wrapper_test.c: which functions are but the way to a lock, and which of several names is shown. */
#include "names.h"
#include "plain_name.h"

#include <criterion/criterion.h>

#include <string.h>

static bool is_wrapper(const char *function)
{
	return qc_name_is_wrapper(&(struct qc_name){ .function = function });
}

Test(wrapper, plain_names)
{
	static const char *const pairs[][2] = {
		{ "main", "main" },
		{ "std::mutex::lock()", "std::mutex::lock" },
		{ "std::__1::mutex::lock()", "std::mutex::lock" },
		{ "std::_V2::condition_variable_any::wait()", "std::condition_variable_any::wait" },
		{ "absl::lts_20220623::Mutex::Lock()", "absl::Mutex::Lock" },
		{ "void std::lock<std::mutex, std::mutex>(std::mutex&, std::mutex&)", "std::lock" },
		{ "std::lock_guard<std::mutex>::lock_guard(std::mutex&)",
		  "std::lock_guard::lock_guard" },
		{ "(anonymous namespace)::Stack<int>::push(int const&)",
		  "(anonymous namespace)::Stack::push" },
		{ "by_inlined(int)::{lambda(int)#1}::operator()(int) const",
		  "by_inlined::::operator" },
		{ "operators::lock(int)", "operators::lock" },
		{ "operator_lock", "operator_lock" },
		{ "bool operator< <int>(A<int> const&, A<int> const&)", "operator" },
		{ "std::function<void (int)>::operator()(int) const", "std::function::operator" },
		{ "pool::get[abi:cxx11](int)", "pool::get" },
		{ "unsigned long size<(char)62>(T<&(f(int))>)", "size" },
		{ "by_guard(int) [clone .cold]", "by_guard" },
		{ "wait<by_wait(int)::<lambda()> >", "wait" },
		{ "", "" },
		{ "cut<off", "cut" },
		{ "::", "::" },
	};
	char plain[64];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		qc_plain_name(pairs[i][0], plain, sizeof(plain));
		cr_assert_str_eq(plain, pairs[i][1], "%s: %s", pairs[i][0], plain);
	}
}

Test(wrapper, plain_name_of_any_length)
{
	char name[200], plain[8];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t size = 1; size <= sizeof(plain); size++) {
		qc_plain_name(name, plain, size);
		cr_assert_eq(strlen(plain), size - 1);
	}
}

Test(wrapper, wrappers)
{
	static const char *const wrappers[] = {
		"std::mutex::lock()",
		"std::unique_lock<std::mutex>::lock()",
		"std::unique_lock<std::mutex>::unique_lock(std::mutex&)",
		"std::lock_guard<std::mutex>::lock_guard(std::mutex&)",
		"std::scoped_lock<std::mutex, std::mutex>::scoped_lock(std::mutex&, std::mutex&)",
		"std::shared_lock<std::shared_mutex>::shared_lock(std::shared_mutex&)",
		"std::shared_mutex::lock_shared()",
		"std::__shared_mutex_pthread::lock()",
		"std::condition_variable::wait(std::unique_lock<std::mutex>&)",
		"void "
		"std::condition_variable::wait<f()::{lambda()#1}>(std::unique_lock<std::mutex>&, "
		"f()::{lambda()#1})",
		"std::_V2::condition_variable_any::wait_until()",
		"__gthread_mutex_lock",
		"__gthread_mutex_lock(pthread_mutex_t*)",
		"mtx_lock",
		"cnd_wait",
		"boost::mutex::lock()",
		"boost::unique_lock<boost::mutex>::lock()",
		"absl::lts_20220623::MutexLock::MutexLock(absl::lts_20220623::Mutex*)",
		"pthread_mutex_lock",
		"uv_mutex_lock",
	};

	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		cr_assert(is_wrapper(wrappers[i]), "%s", wrappers[i]);
}

Test(wrapper, others)
{
	static const char *const others[] = {
		"main",
		"lock",
		"mutex::lock()",
		"my::std::mutex::lock()",
		"std::locker::lock()",
		"std::vector<std::mutex>::resize(unsigned long)",
		"mtx_lock_all",
		"f(std::mutex::lock)",
		"std::function<void (std::mutex&)>::operator()(std::mutex&) const",
		"queue::pop(std::unique_lock<std::mutex>&)",
		"",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		cr_assert_not(is_wrapper(others[i]), "%s", others[i]);
	cr_assert_not(is_wrapper(NULL));
}

Test(wrapper, by_file)
{
	struct qc_name name = { "lock", "/usr/include/c++/12/bits/std_mutex.h", 100 };

	cr_assert(qc_name_is_wrapper(&name));
	name.file = "/usr/include/c++/12/mutex";
	cr_assert(qc_name_is_wrapper(&name));
	name.file = "mutex";
	cr_assert_not(qc_name_is_wrapper(&name));
	name.file = "my_std_mutex.h";
	cr_assert_not(qc_name_is_wrapper(&name));
}

Test(wrapper, the_first_that_is_none_is_shown)
{
	struct qc_name names[] = {
		{ "__gthread_mutex_lock", "gthr-default.h", 749 },
		{ "std::mutex::lock()", "std_mutex.h", 100 },
		{ "push", "queue.cc", 23 },
		{ "main", "main.cc", 9 },
	};

	cr_assert_eq(qc_names_pick(names, 4), &names[2]);
	cr_assert_eq(qc_names_pick(names + 2, 2), &names[2]);
	cr_assert_eq(qc_names_pick(names, 2), &names[1]);
	cr_assert_null(qc_names_pick(names, 0));
	names[0].function = NULL;
	cr_assert_eq(qc_names_pick(names, 4), &names[0]);
}
