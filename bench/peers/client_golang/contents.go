// SPDX-License-Identifier: MIT

// The labels and values that bench/README.md prescribes, in Go.

package main

import (
	"fmt"
	"math"
)

const (
	places       = 16384 // values, and places in the order
	observations = 12
	seed         = 20231
)

var (
	labelNames = []string{"model", "provider", "status"}
	bounds     = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	models     = []string{"gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet", "claude-haiku",
		"llama-3.1-70b", "llama-3.1-8b", "mixtral-8x7b", "gemini-1.5-pro"}
	providers = []string{"openai", "anthropic", "azure", "self-hosted"}
	statuses  = []string{"success", "rate_limited"}
)

type labelSet struct{ model, provider, status string }

func draw(x uint64) uint64 {
	return x*6364136223846793005 + 1442695040888963407
}

// Values to observe: log-uniform over all default buckets and beyond.
func makeValues() []float64 {
	x := uint64(seed)
	all := make([]float64, places)
	for i := range all {
		x = draw(x)
		u := float64(x>>11) * 0x1p-53
		all[i] = 0.0025 * math.Exp(u*math.Log(12/0.0025))
	}
	return all
}

// In which order series are visited.
func makeOrder(series int) []uint32 {
	x := uint64(seed)
	all := make([]uint32, places)
	for i := range all {
		x = draw(x)
		all[i] = uint32((x >> 33) % uint64(series))
	}
	return all
}

func few(i int) labelSet {
	return labelSet{models[i%8], providers[i/8%4], statuses[i/32]}
}

func beyond(i int) labelSet {
	return labelSet{fmt.Sprintf("model-%d", i%100), fmt.Sprintf("provider-%d", i/100%10),
		fmt.Sprintf("status-%d", i/1000)}
}

// The label sets of a record.
func makeSets(series int) []labelSet {
	all := make([]labelSet, series)
	for i := range all {
		if series <= 64 {
			all[i] = few(i)
		} else {
			all[i] = beyond(i)
		}
	}
	return all
}

func count(i int) float64 {
	return 1 + 7*float64(i)
}

func observation(i, k int) float64 {
	return 0.004 * math.Exp2(float64(k)) * (1 + float64(i%7)*0.1)
}
