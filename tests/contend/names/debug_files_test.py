#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names where the debug information is in another file, and where files are not what they were: the
answers must be those given before the file was taken apart, or none and why."""
import os
import pathlib
import shutil
import socket
import tempfile
import unittest
import unittest.mock

import asking
import binaries


class DebugFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.debug = self.folder / "further"

    def make(self, *flags, name="program", source="plain.c", compiler="gcc"):
        path = binaries.compile(compiler, source, self.folder / name, "-g", "-O2", *flags)
        self.offsets = binaries.returns(path)
        self.identity = binaries.build_id(path)
        self.before = self.ask(path)
        self.assertTrue(all(answer.names for answer in self.before))
        return path

    def ask(self, path, **more):
        return asking.ask(path, self.offsets, identity=self.identity, **more)

    def assert_as_before(self, path, **more):
        self.assertEqual(self.ask(path, **more), self.before)

    def assert_no_lines(self, path, *why, **more):
        for answer in self.ask(path, **more):
            self.assertTrue(all(line == 0 for _, _, line in answer.names), answer)
            for part in why:
                self.assertIn(part, answer.why)

    def assert_nothing(self, path, *why, **more):
        self.assert_no_lines(path, *why, **more)
        self.assertFalse(any(answer.names for answer in self.ask(path, **more)))

    def test_by_build_id(self):
        for flags in [], ["-no-pie"], ["-shared", "-fPIC"]:
            path = self.make(*flags)
            binaries.separate(path, binaries.by_build_id(self.debug, path))
            self.assert_as_before(path, folders=[self.folder / "nowhere", self.debug])
            self.assert_no_lines(path, str(path), "no debug information, and no debug file")

    def test_by_link(self):
        path = self.make("-Wl,--build-id=none")
        self.assertEqual(self.identity, "-")
        debug_file = binaries.separate(path, self.folder / "program.debug")
        binaries.link(path, debug_file)
        places = [debug_file, self.folder / ".debug" / "program.debug",
                  self.debug / self.folder.relative_to("/") / "program.debug",
                  self.debug / "program.debug"]
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            debug_file = debug_file.rename(place)
            self.assert_as_before(path, folders=[self.debug])
        debug_file.unlink()
        self.assert_no_lines(path, "no debug file", folders=[self.debug])

    def test_link_to_another(self):
        """Known by its checksum, or by its build-id if it has one."""
        for flags in ["-Wl,--build-id=none"], []:
            path = self.make(*flags)
            debug_file = binaries.separate(path, self.folder / "program.debug")
            binaries.link(path, debug_file)
            self.assert_as_before(path)
            binaries.compile("gcc", "plain.c", debug_file, "-g", "-O1", *flags)
            self.assert_no_lines(path, "no debug file")

    def test_other_build_id_in_the_folder(self):
        path = self.make()
        place = binaries.separate(path, binaries.by_build_id(self.debug, path))
        binaries.compile("gcc", "plain.c", place, "-g", "-O1")
        self.assert_no_lines(path, "no debug file", folders=[self.debug])

    def test_compressed(self):
        for how in "zlib", "zlib-gnu":
            path = self.make()
            binaries.run("objcopy", f"--compress-debug-sections={how}", path)
            self.assert_as_before(path)

    def test_shared_among_debug_files(self):
        """As Debian's are: what several of them have is in a file that dwz makes."""
        if not shutil.which("dwz"):
            self.skipTest("no dwz")
        self.make(source="guards.cc", compiler="g++", name="other")
        path = self.make(source="guards.cc", compiler="g++")
        both = [binaries.separate(self.folder / name, self.debug / f"{name}.debug")
                for name in ("other", "program")]
        shared = self.debug / ".dwz" / "shared.debug"
        shared.parent.mkdir()
        binaries.run("dwz", "-m", shared, "-M", "/usr/lib/debug/.dwz/shared.debug", *both)
        self.assertIn("gnu_debugaltlink", binaries.run("readelf", "-S", "-W", both[1]))
        binaries.link(path, both[1])
        self.assert_as_before(path, folders=[self.debug])
        shared.unlink()
        self.assertNotEqual(self.ask(path, folders=[self.debug]), self.before)

    def test_replaced(self):
        path = self.make()
        shutil.copy(path, self.folder / "kept")
        path.unlink()
        binaries.compile("gcc", "plain.c", path, "-g", "-O1")
        self.assert_nothing(path, f"{path} is another file now", binaries.build_id(path),
                            self.identity)
        place = binaries.by_build_id(self.debug, self.folder / "kept")
        binaries.separate(self.folder / "kept", place)
        self.assert_as_before(path, folders=[self.debug])

    def test_replaced_by_one_without_build_id(self):
        path = self.make()
        binaries.run("objcopy", "--remove-section=.note.gnu.build-id", path)
        self.assert_nothing(path, "its build-id is none")

    def test_one_that_had_no_build_id(self):
        path = self.make("-Wl,--build-id=none")
        binaries.compile("gcc", "plain.c", path, "-g", "-O2")
        self.assert_nothing(path, "and was none")

    def test_missing(self):
        path = self.make()
        place = binaries.by_build_id(self.debug, path)
        binaries.separate(path, place)
        path.unlink()
        self.assert_nothing(path, str(path), "No such file")
        self.assert_as_before(path, folders=[self.debug])

    def test_whole_program_in_the_folder(self):
        path = self.make()
        place = binaries.by_build_id(self.debug, path)
        place.parent.mkdir(parents=True)
        path.rename(place.with_suffix(""))
        self.assert_as_before(path, folders=[self.debug])

    def test_several_programs(self):
        """What is known of one is not said of another."""
        lines, expected = [], []
        for flags in ["-no-pie"], ["-no-pie", "-O1"], ["-no-pie", "-Wl,--build-id=none"]:
            path = self.make(*flags, name=f"program{len(lines)}")
            lines += [f"{self.identity} {offset:#x} {path}" for offset in self.offsets]
            expected += self.before
        path = self.folder / "program0"
        path.rename(self.folder / "moved")
        lines += [line.replace("program0", "moved") for line in lines[:len(self.offsets)]]
        expected = [asking.Answer([], None, None)] * len(self.offsets) \
            + expected[len(self.offsets):] + expected[:len(self.offsets)]
        answers = [answer if answer.names else answer._replace(why=None)
                   for answer in asking.ask_lines(lines)]
        self.assertEqual(answers, expected)

    def test_no_debug_information(self):
        path = self.make()
        binaries.run("strip", "--strip-debug", path)
        self.assert_no_lines(path, str(path), "no debug information")
        for answer, before in zip(self.ask(path), self.before):
            self.assertEqual(answer.names[0][0], before.names[-1][0])

    def test_no_program(self):
        path = self.folder / "no program"
        self.offsets, self.identity = [1, 4096], "-"
        for content in b"", b"\x7fELF", b"text" * 100:
            path.write_bytes(content)
            self.assert_nothing(path, str(path), "not a program")
        path.unlink()
        os.mkfifo(path)
        self.assert_nothing(path, str(path), "not a file")
        self.assert_nothing(self.folder, str(self.folder), "not a file")
        self.assertEqual(asking.ask_lines(["- 0x1001 "])[0].why, "code that no file has")

    def test_odd_build_ids(self):
        path = self.make()
        for self.identity in "a", "../../../etc/passwd", "zz" * 100:
            self.assert_nothing(path, "another file now", folders=[self.debug])

    def test_offsets_outside(self):
        path = self.make()
        self.offsets = [0, 1, 2**32, 2**63, 2**64 - 1]
        self.assert_nothing(path, "no line is known")

    def test_network_is_not_asked(self):
        path = self.make()
        binaries.run("strip", "--strip-all", path)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            environment = {"DEBUGINFOD_URLS": url, "DEBUGINFOD_TIMEOUT": "2",
                           "DEBUGINFOD_CACHE_PATH": str(self.folder / "cache")}
            with unittest.mock.patch.dict(os.environ, environment):
                self.assert_no_lines(path, "no debug file")
            with self.assertRaises(BlockingIOError):
                server.accept()


if __name__ == "__main__":
    asking.main()
