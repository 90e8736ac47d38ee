#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names by symbols alone, as nm lists them."""
import functools
import pathlib
import tempfile
import unittest

import asking
import binaries


# In the files that the C library starts programs with.
SIZELESS = "_init", "__do_global_dtors_aux", "deregister_tm_clones", "frame_dummy"


class Symbols(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.ask = functools.partial(asking.ask, program=asking.programs.symbols)

    def make(self, *flags, source="plain.c", compiler="gcc"):
        return binaries.compile(compiler, source, self.folder / "program", *flags)

    def compare(self, path, table, offsets, least, **more):
        known = 0
        for offset, answer in zip(offsets, self.ask(path, offsets, **more)):
            expected = {name for address, size, name in table
                        if address < offset <= address + size}
            if not expected:
                self.assertTrue(not answer.names or answer.names[0][0] in SIZELESS, answer)
                continue
            known += 1
            self.assertEqual(len(answer.names), 1)
            self.assertIn(answer.names[0][0], expected)
            self.assertEqual(answer.names[0][1:], ("", 0))
            self.assertTrue(answer.why)
        self.assertGreaterEqual(known, least)

    def test_program(self):
        for compiler, _ in binaries.compilers():
            for flags in ["-O0"], ["-O2"], ["-no-pie"], ["-g", "-gz"], ["-Wl,--build-id=none"]:
                with self.subTest(compiler=compiler, flags=flags):
                    path = self.make(*flags, compiler=compiler)
                    self.compare(path, binaries.functions(path), binaries.returns(path), 10)

    def test_cxx(self):
        """Mangled, unless the C++ library is in the program, as it is with a sanitizer."""
        path = self.make(source="guards.cc", compiler="g++")
        mangled, plain = (binaries.functions(path, *how) for how in ([], ["-C"]))
        offsets = binaries.returns(path)
        for offset, answer in zip(offsets, self.ask(path, offsets)):
            names = {name for address, size, name in mangled + plain
                     if address < offset <= address + size}
            self.assertTrue(not names or answer.names[0][0] in names, answer)

    def test_stripped(self):
        """Only what others link to is left."""
        for flags in ["-rdynamic"], ["-shared", "-fPIC"]:
            path = self.make(*flags)
            offsets = binaries.returns(path)
            binaries.run("strip", path)
            self.compare(path, binaries.functions(path, "-D"), offsets, 2)

    def test_debug_file(self):
        """A debug file has all symbols."""
        path = self.make("-rdynamic")
        table, offsets = binaries.functions(path), binaries.returns(path)
        further = self.folder / "further"
        binaries.separate(path, binaries.by_build_id(further, path))
        self.compare(path, table, offsets, 10, folders=[further])

    def test_function_without_size(self):
        """Written in assembly: it ends where the next one begins."""
        source = self.folder / "two.s"
        source.write_text("\t.text\n\t.globl one, two\n"
                          "\t.type one, STT_FUNC\none:\n\t.skip 32\n"
                          "\t.type two, STT_FUNC\ntwo:\n\t.skip 32\n\t.size two, 16\n")
        path = self.folder / "two.so"
        binaries.run("gcc", "-shared", "-nostdlib", source, "-o", path)
        one = int(binaries.run("nm", path).split(" T one")[0].split()[-1], 16)
        names = [answer.names[0][0] if answer.names else None
                 for answer in self.ask(path, [one, one + 1, one + 32, one + 33, one + 48,
                                               one + 49])]
        self.assertEqual(names, [None, "one", "one", "two", "two", None])

    def test_replaced(self):
        path = self.make()
        identity, offsets = binaries.build_id(path), binaries.returns(path)
        self.make("-O3")
        for answer in self.ask(path, offsets, identity=identity):
            self.assertEqual(answer.names, [])
            self.assertIn("another file now", answer.why)


if __name__ == "__main__":
    asking.main()
