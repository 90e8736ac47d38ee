// SPDX-License-Identifier: MIT

// client_golang as an entrant; bench/README.md says what each operation does.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
)

// Set by ../build: a package in GOPATH does not know its version.
var version string

// What this entrant has not; it ends with exit status 3.
type haveNot struct{ what string }

func (e haveNot) Error() string { return "no " + e.what }

var errUsage = errors.New("usage: about | record CASE SERIES THREADS SECONDS | " +
	"text KIND SERIES TIMES | memory, serve or show KIND SERIES")

// The numbers above 0 that an operation is given.
func numbers(args []string) ([]int, error) {
	var all []int
	for _, arg := range args {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("not a number above 0: %s", arg)
		}
		all = append(all, n)
	}
	return all, nil
}

func runRecord(args []string) error {
	n, err := numbers(args[1:3])
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(args[3], 64)
	if err != nil || !(seconds > 0) {
		return fmt.Errorf("not a duration: %s", args[3])
	}
	return record(args[0], n[0], n[1], seconds)
}

func runReading(operation string, args []string) error {
	n, err := numbers(args[1:])
	if err != nil {
		return err
	}
	switch {
	case operation == "text" && len(n) == 2:
		return text(args[0], n[0], n[1])
	case operation == "memory" && len(n) == 1:
		return memory(args[0], n[0])
	case operation == "serve" && len(n) == 1:
		return serve(args[0], n[0])
	case operation == "show" && len(n) == 1:
		return show(args[0], n[0])
	}
	return errUsage
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "about":
		fmt.Printf("{\"name\": \"client_golang\", \"version\": \"%s\", \"language\": \"Go\"}\n",
			version)
		return nil
	case len(args) == 5 && args[0] == "record":
		return runRecord(args[1:])
	case len(args) > 1:
		return runReading(args[0], args[1:])
	}
	return errUsage
}

func main() {
	err := run(os.Args[1:])
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "client_golang: %v\n", err)
	if errors.As(err, &haveNot{}) {
		os.Exit(3)
	}
	os.Exit(1)
}
