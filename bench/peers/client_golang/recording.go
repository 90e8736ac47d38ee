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

const warmBatches = 16 // at least, in the warm-up

// What one thread did, and when.
type recorded struct {
	n                int
	begin, last, end time.Time // last: the last batch's beginning
	cpu              time.Duration
}

func threadCPU() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		panic(err)
	}
	return time.Duration(now.Nano())
}

// Records until a moment, and so many batches at least.
func recordUntil(run batchOf, k *uint32, over time.Time, least int) (done recorded) {
	done.begin = time.Now()
	done.end = done.begin
	for done.end.Before(over) || done.n < least*batch {
		done.last = done.end
		run(*k)
		*k += batch
		done.n += batch
		done.end = time.Now()
	}
	return done
}

// All stop at one moment, which is fixed when everyone is warm.
type gate struct {
	warm sync.WaitGroup
	open chan struct{}
	over time.Time
}

func (all *gate) oneThread(run batchOf, k uint32, limit time.Duration) recorded {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	recordUntil(run, &k, time.Now().Add(limit/10), warmBatches)
	all.warm.Done()
	<-all.open
	cpu := threadCPU()
	done := recordUntil(run, &k, all.over, 0)
	done.cpu = threadCPU() - cpu
	return done
}

// How many a thread made until the end; of its last batch, which ended later, as large a part as
// of its time.
func (one recorded) made(over time.Time) float64 {
	if one.n == 0 || !one.end.After(over) {
		return float64(one.n)
	}
	return float64(one.n) - batch*float64(one.end.Sub(over))/float64(one.end.Sub(one.last))
}

// The rate, from the first start to the end, the same for all; and a thread's processor time for
// one.
func sumUp(results []recorded, over time.Time) (rate, cpuNs float64) {
	begin := over
	var n, all, cpu float64
	for _, one := range results {
		n += one.made(over)
		all += float64(one.n)
		cpu += float64(one.cpu)
		if one.begin.Before(begin) {
			begin = one.begin
		}
	}
	return n / over.Sub(begin).Seconds(), cpu / all
}

func recordThreads(run batchOf, threads int, limit time.Duration) (rate, cpuNs float64) {
	if runtime.GOMAXPROCS(0) < threads {
		runtime.GOMAXPROCS(threads)
	}
	all := gate{open: make(chan struct{})}
	all.warm.Add(threads)
	results := make([]recorded, threads)
	var ended sync.WaitGroup
	ended.Add(threads)
	for i := range results {
		go func(i int) {
			defer ended.Done()
			results[i] = all.oneThread(run, uint32(i)*apart, limit)
		}(i)
	}
	all.warm.Wait()
	all.over = time.Now().Add(limit)
	close(all.open)
	ended.Wait()
	return sumUp(results, all.over)
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
	rate, cpuNs := recordThreads(prepare(series), threads, limit)
	fmt.Printf("{\"rate\": %.6g, \"cpu_ns\": %.4f}\n", rate, cpuNs)
	return nil
}
