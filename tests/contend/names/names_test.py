#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names of all calls in small programs, as several compilers make them, beside those that other
readers of debug information give."""
import pathlib
import re
import tempfile
import unittest

import asking
import binaries
import oracle

C = "plain.c", ["-std=gnu11"]
CXX = "guards.cc", ["-std=gnu++17"]
GUARDS = (binaries.FIXTURES / "guards.cc").read_text().splitlines()


def comparable(names):
    """Readers spell lambdas and parts of functions differently."""
    result = []
    for function, file, line in names:
        function = re.sub(r"( \[clone [.\w]+\]| \([.\w]+\))+$", "", function)
        if "lambda" in function:
            function = "with lambda"
        result.append((function, file, line))
    return result


class Names(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def make(self, compiler, fixture, *flags):
        source, standard = fixture
        return binaries.compile(compiler, source, self.folder / "program", "-g", *standard, *flags)

    def compare(self, path, least):
        """Everywhere as one of the others says."""
        offsets = binaries.returns(path)
        before = [offset - 1 for offset in offsets]
        others = [oracle.addr2line(path, before)]
        if oracle.LLVM:
            others.append(oracle.llvm_symbolizer(path, before))
        ours = [answer.names for answer in asking.ask(path, offsets)]
        self.assertEqual(len(ours), len(offsets))
        self.assertGreater(len(ours), least)
        for offset, names, *said in zip(offsets, ours, *others):
            self.assertIn(comparable(names), [comparable(other) for other in said], hex(offset))

    def test_c(self):
        for compiler, _ in binaries.compilers():
            for flags in (["-O0"], ["-O2"], ["-O2", "-gdwarf-4"], ["-O2", "-no-pie"],
                          ["-O2", "-gdwarf-4", "-no-pie"], ["-O1", "-g1"], ["-O2", "-gz"],
                          ["-O2", "-shared", "-fPIC"]):
                with self.subTest(compiler=compiler, flags=flags):
                    self.compare(self.make(compiler, C, *flags), 12)

    def test_split(self):
        """Most of it in other files, of which others do not read those that clang makes."""
        for compiler, _ in binaries.compilers():
            with self.subTest(compiler=compiler):
                path = self.make(compiler, C, "-O2", "-Wl,--build-id=none")
                offsets = binaries.returns(path)
                whole = asking.ask(path, offsets)
                self.make(compiler, C, "-O2", "-Wl,--build-id=none", "-gsplit-dwarf")
                self.assertIn(".dwo", binaries.run("readelf", "--debug-dump=info", path))
                self.assertEqual(binaries.returns(path), offsets)
                self.assertEqual(asking.ask(path, offsets), whole)

    def test_cxx(self):
        if not oracle.LLVM:
            self.skipTest("no llvm-symbolizer")
        for _, compiler in binaries.compilers():
            for flags in ["-O0"], ["-O2"], ["-O2", "-gdwarf-4"], ["-O1", "-g1"]:
                with self.subTest(compiler=compiler, flags=flags):
                    self.compare(self.make(compiler, CXX, *flags), 50)

    def test_call_that_does_not_return(self):
        """The address behind it belongs to another function."""
        path = self.make("gcc", C, "-O2", "-fno-reorder-functions")
        ends = {address + size: name for address, size, name in binaries.functions(path)}
        last = [offset for offset in binaries.returns(path) if ends.get(offset) == "leave"]
        starts = [address for address, _, _ in binaries.functions(path)]
        self.assertEqual(len(last), 1)
        for answer in asking.ask(path, last):
            self.assertEqual(answer.names[-1][0], "leave")
        self.assertIn(last[0] + -last[0] % 16, starts)

    def test_shown(self):
        """Where a guard was inlined the function that has it is shown, and its line."""
        for _, compiler in binaries.compilers():
            for debug in "-g", "-g1":
                with self.subTest(compiler=compiler, debug=debug):
                    self.look_at_shown(self.make(compiler, CXX, "-O2", debug))

    def look_at_shown(self, path):
        calls = [int(line.split(":")[0], 16) + len(line.split("\t")[1].split())
                 for line in binaries.run("objdump", "-d", "-w", path).splitlines()
                 if re.search(r"\b(call|bl)\b.*<pthread_\w+lock(@\w+)?>", line)
                 and "unlock" not in line]
        seen = set()
        for answer in asking.ask(path, calls):
            function, file, line = answer.shown
            if file != "guards.cc":
                # std::lock is a function of its own: who calls it is not known of one frame
                self.assertIn("std::lock<", answer.names[-1][0])
                continue
            marker = re.search(r"// (\w+)", GUARDS[line - 1])
            self.assertIsNotNone(marker, answer)
            self.assertRegex(function, rf"\b{marker[1]}\b")
            seen.add(line)
        self.assertGreaterEqual(len(seen), 5)

    def test_plugin(self):
        if not asking.programs.plugin:
            self.skipTest("none was built")
        path = self.make("g++", CXX, "-O2")
        offsets = binaries.returns(path)
        self.assertEqual(asking.ask(path, offsets, plugin=asking.programs.plugin),
                         asking.ask(path, offsets))

    def test_twice(self):
        path = self.make("gcc", C, "-O2")
        offsets = binaries.returns(path)
        self.assertEqual(asking.ask(path, offsets * 2), asking.ask(path, offsets) * 2)


if __name__ == "__main__":
    asking.main()
