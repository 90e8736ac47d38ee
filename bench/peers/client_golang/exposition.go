// SPDX-License-Identifier: MIT

// Everything that is read rather than recorded: text, memory, serve and show.

package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"
)

// Without the collectors of Go and of the process, which the default registry has.
var registry = prometheus.NewRegistry()

func newCounters() *prometheus.CounterVec {
	family := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "llm_requests_total", Help: "Requests."}, labelNames)
	registry.MustRegister(family)
	return family
}

func newHistograms() *prometheus.HistogramVec {
	family := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "llm_request_duration_seconds", Help: "Durations.", Buckets: bounds}, labelNames)
	registry.MustRegister(family)
	return family
}

func fillCounters(series int) {
	family := newCounters()
	for i := 0; i < series; i++ {
		s := beyond(i)
		family.WithLabelValues(s.model, s.provider, s.status).Add(count(i))
	}
}

func fillHistograms(series int) {
	family := newHistograms()
	for i := 0; i < series; i++ {
		s := beyond(i)
		histogram := family.WithLabelValues(s.model, s.provider, s.status)
		for k := 0; k < observations; k++ {
			histogram.Observe(observation(i, k))
		}
	}
}

func fill(kind string, series int) error {
	switch kind {
	case "counters":
		fillCounters(series)
	case "histograms":
		fillHistograms(series)
	default:
		return haveNot{"kind " + kind}
	}
	return nil
}

// What promhttp does for a request.
func encode(w io.Writer) error {
	families, err := registry.Gather()
	if err != nil {
		return err
	}
	encoder := expfmt.NewEncoder(w, expfmt.FmtText)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return err
		}
	}
	return nil
}

func text(kind string, series, times int) error {
	if err := fill(kind, series); err != nil {
		return err
	}
	var ms []string
	size := 0
	for i := 0; i < times; i++ {
		var made bytes.Buffer
		start := time.Now()
		if err := encode(&made); err != nil {
			return err
		}
		passed := time.Since(start)
		ms = append(ms, fmt.Sprintf("%.4f", passed.Seconds()*1e3))
		size = made.Len()
	}
	fmt.Printf("{\"ms\": [%s], \"bytes\": %d}\n", strings.Join(ms, ", "), size)
	return nil
}

// What is in use, without garbage: the collector has run and its free pages are given back.
// smaps_rollup counts pages; statm may lag behind by hundreds.
func residentBytes() (int, error) {
	debug.FreeOSMemory()
	rollup, err := os.ReadFile("/proc/self/smaps_rollup")
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(rollup), "\n") {
		var kilobytes int
		if n, _ := fmt.Sscanf(line, "Rss: %d kB", &kilobytes); n == 1 {
			return kilobytes * 1024, nil
		}
	}
	return 0, fmt.Errorf("no Rss in smaps_rollup")
}

func memory(kind string, series int) error {
	before, err := residentBytes()
	if err != nil {
		return err
	}
	if err := fill(kind, series); err != nil {
		return err
	}
	after, err := residentBytes()
	if err == nil {
		fmt.Printf("{\"bytes\": %d}\n", after-before)
	}
	return err
}

func serve(kind string, series int) error {
	if err := fill(kind, series); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	go http.Serve(listener, nil)
	fmt.Printf("{\"port\": %d}\n", listener.Addr().(*net.TCPAddr).Port)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func show(kind string, series int) error {
	if err := fill(kind, series); err != nil {
		return err
	}
	return encode(os.Stdout)
}
