// SPDX-License-Identifier: MIT

// The record operation (bench/README.md, "Record") in Go.
//
// Each goroutine that records has a thread of its own, and GOMAXPROCS is at least their number.
// So the kernel shares out the processors among as many threads as the other entrants start.
// With fewer, Go would run some goroutines only after others, and they would contend less.

package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"
)

const (
	batch = 1024 // operations between two looks at the clock
	apart = 4099 // between two threads' starts in the order
)

// Makes one batch from place k of the order on. Each case has its own loop, because Go calls
// closures without inlining them.
type batchOf func(k uint32)

type recorded struct{ rate, cpuNs float64 }

func threadCPU() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		panic(err)
	}
	return time.Duration(now.Nano())
}

// How many operations were made until the time was up, and when that was noticed.
func recordFor(run batchOf, k *uint32, limit time.Duration) (int, time.Duration) {
	start, n := time.Now(), 0
	for {
		run(*k)
		*k += batch
		n += batch
		if passed := time.Since(start); passed >= limit {
			return n, passed
		}
	}
}

// Everyone comes here before anyone goes on.
func meet(all *sync.WaitGroup) {
	all.Done()
	all.Wait()
}

func oneThread(run batchOf, k uint32, limit time.Duration, start, warm *sync.WaitGroup) recorded {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	meet(start)
	recordFor(run, &k, limit/10)
	meet(warm)
	cpu := threadCPU()
	n, passed := recordFor(run, &k, limit)
	cpu = threadCPU() - cpu
	return recorded{float64(n) / passed.Seconds(), float64(cpu) / float64(n)}
}

func recordThreads(run batchOf, threads int, limit time.Duration) (sum recorded) {
	if runtime.GOMAXPROCS(0) < threads {
		runtime.GOMAXPROCS(threads)
	}
	var start, warm sync.WaitGroup
	start.Add(threads)
	warm.Add(threads)
	results := make(chan recorded)
	for i := 0; i < threads; i++ {
		go func(k uint32) { results <- oneThread(run, k, limit, &start, &warm) }(uint32(i) * apart)
	}
	for i := 0; i < threads; i++ {
		one := <-results
		sum.rate += one.rate
		sum.cpuNs += one.cpuNs / float64(threads)
	}
	return sum
}

func counterBatch(series int) batchOf {
	family, order := newCounters(), makeOrder(series)
	var kept []prometheus.Counter
	for _, s := range makeSets(series) {
		kept = append(kept, family.WithLabelValues(s.model, s.provider, s.status))
	}
	if series == 1 {
		counter := kept[0]
		return func(k uint32) {
			for i := 0; i < batch; i++ {
				counter.Inc()
			}
		}
	}
	return func(k uint32) {
		for end := k + batch; k != end; k++ {
			kept[order[k%places]].Inc()
		}
	}
}

func histogramBatch(series int) batchOf {
	family, order, values := newHistograms(), makeOrder(series), makeValues()
	var kept []prometheus.Observer
	for _, s := range makeSets(series) {
		kept = append(kept, family.WithLabelValues(s.model, s.provider, s.status))
	}
	if series == 1 {
		histogram := kept[0]
		return func(k uint32) {
			for end := k + batch; k != end; k++ {
				histogram.Observe(values[k%places])
			}
		}
	}
	return func(k uint32) {
		for end := k + batch; k != end; k++ {
			kept[order[k%places]].Observe(values[k%places])
		}
	}
}

func lookupBatch(series int) batchOf {
	family, order, sets := newCounters(), makeOrder(series), makeSets(series)
	return func(k uint32) {
		for end := k + batch; k != end; k++ {
			s := &sets[order[k%places]]
			family.WithLabelValues(s.model, s.provider, s.status).Inc()
		}
	}
}

func record(what string, series, threads int, seconds float64) error {
	batches := map[string]func(int) batchOf{
		"counter": counterBatch, "histogram": histogramBatch, "lookup": lookupBatch,
	}
	prepare, ok := batches[what]
	if !ok {
		return haveNot{"case " + what}
	}
	limit := time.Duration(seconds * float64(time.Second))
	result := recordThreads(prepare(series), threads, limit)
	fmt.Printf("{\"rate\": %.6g, \"cpu_ns\": %.4f}\n", result.rate, result.cpuNs)
	return nil
}
