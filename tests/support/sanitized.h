/* SPDX-License-Identifier: MIT */
/* sanitized.h: which sanitizer this build has, for tests that do less under one; 0 or 1 each. */
#ifndef TESTS_SANITIZED_H
#define TESTS_SANITIZED_H

#if defined(__SANITIZE_THREAD__)
#define QT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QT_TSAN 1
#endif
#endif
#ifndef QT_TSAN
#define QT_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define QT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QT_ASAN 1
#endif
#endif
#ifndef QT_ASAN
#define QT_ASAN 0
#endif

#endif
